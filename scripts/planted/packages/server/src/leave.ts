type Door = "front" | "back";

export async function leave(): Promise<void> {
  console.log(nameOf("front"));
}

export function nobodyAsks(): string {
  return nameOf("back");
}

function nameOf(door: Door): string {
  let name = "";
  switch (door) {
    case "front":
      name = "Front";
  }
  return name;
}
