// Finding a program of this machine: nothing is downloaded.
import { accessSync, constants } from "node:fs";
import { delimiter, join } from "node:path";

/** The program that the environment's variable names, or the first of these names on PATH. */
export function program(variable, names) {
  const folders = (process.env.PATH ?? "").split(delimiter);
  const candidates = [process.env[variable], ...names.flatMap((name) => folders.map((folder) => join(folder, name)))];
  const found = candidates.filter(Boolean).find(canRun);
  if (!found) throw new Error(`No ${names[0]} was found: install one, or set ${variable} to the program.`);
  return found;
}

function canRun(path) {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
