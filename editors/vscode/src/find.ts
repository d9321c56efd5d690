import * as path from "node:path";

/** What is known of where ecslint may be. */
export interface Surroundings {
  /** The setting `ecslint.path`. */
  stated: string;
  /** Whether programs of the workspace may be started. */
  trusted: boolean;
  /** The interpreter that the workspace uses, if somebody says which. */
  python: string | undefined;
  folders: readonly string[];
  windows: boolean;
  exists: (file: string) => boolean;
}

/** The ecslint to start: the one that is stated, that of the workspace's Python, or else the one on the PATH. */
export function find(around: Surroundings): string {
  if (around.stated) {
    return around.stated;
  }
  const script = around.windows ? "ecslint.exe" : "ecslint";
  const scripts = around.windows ? "Scripts" : "bin";
  const candidates: string[] = [];
  if (around.trusted) {
    if (around.python !== undefined) {
      candidates.push(path.join(path.dirname(around.python), script));
    }
    candidates.push(...around.folders.map((folder) => path.join(folder, ".venv", scripts, script)));
  }
  return candidates.find(around.exists) ?? "ecslint";
}
