// The server answers with the colours of the page's theme. A page in the dark theme is printed on white paper, and
// there is no time to ask the server again before the browser prints. So each dark colour is replaced by the
// colour that has the same name in the light theme.

/** The six colours of each hue, from light to dark: the dark theme has the first five, and the light theme the last five. */
const hues = [
  "ffa6b0 ff7383 f2495c e02f44 c4162a ad0317", "ffcb7d ffb357 ff9830 ff780a fa6400 e55400", "fff899 ffee52 fade2a f2cc0c e0b400 cc9d00",
  "c8f2c2 96d98d 73bf69 56a64b 37872d 19730e", "c0d8ff 8ab8ff 5794f2 3274d9 1f60c4 1250b0", "deb6f2 ca95e5 b877d9 a352cc 8f3bb8 7c2ea3",
  "ccccdc 24292e", // text
];

const lightOf = new Map(hues.flatMap((hue) => {
  const shades = hue.split(" ");
  return shades.slice(1).map((light, i): [string, string] => [shades[i], light]);
}));

/** inLightColours returns an answer whose named colours are those of the light theme instead of the dark one. */
export function inLightColours<T>(answer: T): T {
  return JSON.parse(JSON.stringify(answer).replace(/"#([0-9a-f]{6})"/g, (all, hex: string) => (lightOf.has(hex) ? `"#${lightOf.get(hex)}"` : all))) as T;
}
