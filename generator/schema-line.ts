// The comment that tells editors which JSON Schema a YAML file has.

/** The file that `mcpgen schema NAME > NAME.schema.json` writes. `folder`: where it is, seen from the YAML file. */
export function schemaLine(name: string, folder = ''): string {
  return `# yaml-language-server: $schema=${folder}${name}.schema.json\n`;
}
