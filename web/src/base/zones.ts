import { offsetMinutes } from "./time";

/** The names of cities that the names of zones write without their accents. */
const cities: Record<string, string> = {
  Sao_Paulo: "São Paulo", Asuncion: "Asunción", Belem: "Belém", Bogota: "Bogotá", Cancun: "Cancún", Cuiaba: "Cuiabá", Eirunepe: "Eirunepé", Maceio: "Maceió",
  Mazatlan: "Mazatlán", Merida: "Mérida", Reykjavik: "Reykjavík", Santarem: "Santarém",
};

/** zoneParts returns the parts of a zone's name at an instant: "São Paulo" and "UTC−03:00". UTC has no place. */
export function zoneParts(zone: string, at: number): { place: string; offset: string } {
  if (/^(etc\/)?utc$/i.test(zone)) return { place: "", offset: "UTC" };
  const city = zone.split("/").pop()!;
  return { place: cities[city] ?? city.replaceAll("_", " "), offset: offsetText(offsetMinutes(at, zone)) };
}

function offsetText(minutes: number): string {
  const size = Math.abs(minutes);
  const two = (n: number) => String(n).padStart(2, "0");
  return `UTC${minutes < 0 ? "−" : "+"}${two(Math.floor(size / 60))}:${two(size % 60)}`;
}

/** zoneName names a zone for readers, with its offset at an instant: "São Paulo, UTC−03:00". */
export function zoneName(zone: string, at: number): string {
  const { place, offset } = zoneParts(zone, at);
  return place ? `${place}, ${offset}` : offset;
}

/** zoneSentence says which clock a range is told by, also if that clock was changed in between. */
export function zoneSentence(zone: string, from: number, to: number): string {
  const [first, last] = [zoneParts(zone, from).offset, zoneParts(zone, to).offset];
  return `Times are those of ${zoneName(zone, to)}${first === last ? "" : `; at the beginning of the range ${first}`}`;
}
