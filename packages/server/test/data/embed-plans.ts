import { accounts, collection, type DefinitionWord, define, integer, oneOf, ref } from "../../src/model/index.ts";
import type { Random } from "../access/random.ts";

export const NAMES: readonly string[] = ["alpha", "beta", "gamma"];

/** Three collections that name each other at random, under rules and tenants at random. */
export function randomPlan(random: Random): DefinitionWord {
  const [alpha, beta, gamma] = [randomCollection(random), randomCollection(random), randomCollection(random)];
  return define({ name: "Random", roles: ["keeper"], collections: { alpha, beta, gamma } });
}

function randomCollection(random: Random) {
  const whoReads = random.pick(["all", "all", "signed in", "owner", "owner or x", "keeper", "keeper or owner"] as const);
  const [num, one, two] = [random.below(5), random.below(5), random.below(5)];
  const made = collection({
    fields: {
      owner: ref(accounts),
      num: integer(),
      tag: oneOf("x", "y"),
      one: ref(random.pick(NAMES)),
      two: ref(random.pick(NAMES)),
    },
    indexes: [["num"]],
    access: ({ row, actor, any, public: everybody }) => {
      const owns = () => row.owner.is(actor.id);
      const keeps = () => actor.role.is("keeper");
      const rules = {
        all: everybody,
        "signed in": actor.signedIn,
        owner: owns,
        "owner or x": () => any(owns(), row.tag.is("x")),
        keeper: keeps,
        "keeper or owner": () => any(keeps(), owns()),
      };
      const field = (kind: number) => (kind === 0 ? { read: keeps() } : kind === 1 ? { read: any(keeps(), owns()) } : {});
      return { read: rules[whoReads](), fields: { num: field(num), one: field(one), two: field(two) } };
    },
  });
  return random.chance(0.3) ? made.tenant() : made;
}
