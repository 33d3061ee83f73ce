// `mcpgen schema NAME`: the JSON Schema of a kind of file, for editors and for checks of one's own.

import { Argument, type Command } from 'commander';
import { editorSchema, schemaNames } from '../editor-schema.ts';
import { jsonText } from '../printable.ts';
import { addHelp } from './help.ts';
import type { Io } from './io.ts';

export function schemaCommand(command: Command, io: Io): Command {
  command.addArgument(new Argument('<name>', 'a kind of file').choices(schemaNames));
  return addHelp(command, schemaExamples).action((name: (typeof schemaNames)[number]) =>
    io.writeOut(jsonText(editorSchema(name))),
  );
}

const schemaExamples = ['mcpgen schema values > values.schema.json', 'mcpgen schema catalog > catalog.schema.json'];
