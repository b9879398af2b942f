// Read by TypeScript alone: the types are those of what is answered.
import { compile, load, type Diagnostic, type Picture } from "hnet-compiler";

export async function used(bytes: Uint8Array<ArrayBuffer>): Promise<string[]> {
  await load(bytes);
  const { sound, diagnostics, outputs, pictures } = await compile({ "network.hnet": "" }, { root: "network.hnet" });
  const titles: string[] = diagnostics.map((one: Diagnostic) => `${one.file}:${one.line} ${one.code} ${one.help ?? ""}`);
  const picture: Picture | undefined = pictures.topology;
  // @ts-expect-error There is no such view.
  void pictures.everything;
  // @ts-expect-error A text is a string.
  await compile({ "network.hnet": 1 });
  return sound && picture ? [picture.svg, ...Object.values(outputs)] : titles;
}
