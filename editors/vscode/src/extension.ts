import * as fs from "node:fs";
import * as vscode from "vscode";
import { LanguageClient, type LanguageClientOptions } from "vscode-languageclient/node";

import { find } from "./find";

const INSTALL = "Install the server with: pip install 'ecslint[lsp]'";

/** The part of the Python extension's API that is used here. */
interface PythonExtension {
  environments: { getActiveEnvironmentPath(resource?: vscode.Uri): { path: string } };
}

let client: LanguageClient | undefined;

export async function activate(context: vscode.ExtensionContext): Promise<void> {
  context.subscriptions.push(
    vscode.commands.registerCommand("ecslint.restart", restart),
    vscode.workspace.onDidGrantWorkspaceTrust(restart),
    vscode.workspace.onDidChangeConfiguration((event) =>
      event.affectsConfiguration("ecslint") ? restart() : undefined,
    ),
  );
  await start();
}

export async function deactivate(): Promise<void> {
  await stop();
}

async function restart(): Promise<void> {
  await stop();
  await start();
}

async function stop(): Promise<void> {
  const running = client;
  client = undefined;
  await running?.dispose();
}

async function start(): Promise<void> {
  const command = find({
    stated: vscode.workspace.getConfiguration("ecslint").get("path", ""),
    trusted: vscode.workspace.isTrusted,
    python: vscode.workspace.isTrusted ? await python() : undefined,
    folders: (vscode.workspace.workspaceFolders ?? []).map((folder) => folder.uri.fsPath),
    windows: process.platform === "win32",
    exists: fs.existsSync,
  });
  const languages = ["json", "jsonc", "yaml", "cloudformation"];
  const options: LanguageClientOptions = {
    documentSelector: [
      ...["file", "untitled"].flatMap((scheme) => languages.map((language) => ({ scheme, language }))),
      { scheme: "file", pattern: "**/ecs.config" },
    ],
  };
  client = new LanguageClient("ecslint", "ecslint", { command, args: ["lsp"] }, options);
  try {
    await client.start();
  } catch (error) {
    client = undefined;
    void vscode.window.showErrorMessage(`ecslint: ${command} does not start (${String(error)}). ${INSTALL}`);
  }
}

/** The interpreter of the workspace, as the Python extension knows it. */
async function python(): Promise<string | undefined> {
  const extension = vscode.extensions.getExtension<PythonExtension>("ms-python.python");
  if (extension === undefined) {
    return undefined;
  }
  try {
    const api = extension.isActive ? extension.exports : await extension.activate();
    return api.environments.getActiveEnvironmentPath(vscode.workspace.workspaceFolders?.[0]?.uri).path;
  } catch {
    return undefined;
  }
}
