/**
 * The names in a JSON text, each once: members of a list share what the first of them is named. Documents have thousands of leaves, and a
 * few names.
 */
export interface Names {
  /** The names of all leaves that were met, and of all lists, without their places but the first. */
  readonly all: string[];
  /** How many objects and lists were opened. */
  containers: number;
}

/** No name yet. */
export function createNames(): Names {
  return { all: [], containers: 0 };
}

/** What stands at one name. */
export interface Shape {
  readonly name: string;
  readonly members: Map<string, Shape>;
  /** Of the members of a list. */
  item: Shape | undefined;
  isNamed: boolean;
  /** The number of the object that was the last to have it. */
  lastIn: number;
}

/** The shape at the root. */
export function shapeAt(name: string): Shape {
  return { name, members: new Map(), item: undefined, isNamed: false, lastIn: -1 };
}

/** The shape of a member of an object. */
export function memberOf(shape: Shape, key: string): Shape {
  const known = shape.members.get(key);
  if (known !== undefined) return known;
  const member = shapeAt(`${shape.name}.${key === "" ? EMPTY_KEY : key}`);
  shape.members.set(key, member);
  return member;
}

/** The shape of all members of a list; that there is one names the list as well. */
export function itemOf(shape: Shape, names: Names): Shape {
  if (shape.item === undefined) {
    shape.item = shapeAt(`${shape.name}.array_0`);
    addName(shape, names);
  }
  return shape.item;
}

/** A leaf was met there. */
export function addName(shape: Shape, names: Names): void {
  if (shape.isNamed) return;
  shape.isNamed = true;
  names.all.push(shape.name);
}

/** How a key without a character is named. */
export const EMPTY_KEY = "empty-key";
