// A server with what the MCP conformance suite asks for: tools, resources and prompts by the names that its scenarios use.
import { Server } from '@modelcontextprotocol/sdk/server/index.js';
import { StdioServerTransport } from '@modelcontextprotocol/sdk/server/stdio.js';
import * as types from '@modelcontextprotocol/sdk/types.js';

const PNG = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8DwHwAFBQIAX8jx0gAAAABJRU5ErkJggg==';
const WAV = 'UklGRiQAAABXQVZFZm10IBAAAAABAAEAQB8AAEAfAAABAAgAZGF0YQAAAAA=';
const text = (value) => ({ type: 'text', text: value });
const image = { type: 'image', data: PNG, mimeType: 'image/png' };
const resource = (uri, value) => ({ type: 'resource', resource: { uri, mimeType: 'text/plain', text: value } });
const pause = () => new Promise((resolve) => setTimeout(resolve, 50));

const capabilities = {
  tools: {},
  resources: { subscribe: true },
  prompts: {},
  logging: {},
  completions: {},
};
const server = new Server({ name: 'conformance', version: '1' }, { capabilities });

/** Asks the client for what a form describes, and tells what it answered. */
async function elicit(message, properties, required = []) {
  const requestedSchema = { type: 'object', properties, required };
  const params = { message, requestedSchema };
  const { action, content = {} } = await server.request(
    { method: 'elicitation/create', params },
    types.ElicitResultSchema,
  );
  return text(`Elicitation completed: action=${action}, content=${JSON.stringify(content)}`);
}

const defaults = {
  name: { type: 'string', default: 'John Doe' },
  age: { type: 'integer', default: 30 },
  score: { type: 'number', default: 95.5 },
  status: { type: 'string', enum: ['active', 'inactive', 'pending'], default: 'active' },
  verified: { type: 'boolean', default: true },
};
const titled = (...values) => values.map((value) => ({ const: value, title: `Title of ${value}` }));
const enums = {
  untitledSingle: { type: 'string', enum: ['option1', 'option2'] },
  titledSingle: { type: 'string', oneOf: titled('value1', 'value2') },
  legacyEnum: { type: 'string', enum: ['opt1', 'opt2'], enumNames: ['Option One', 'Option Two'] },
  untitledMulti: { type: 'array', items: { type: 'string', enum: ['option1', 'option2'] } },
  titledMulti: { type: 'array', items: { anyOf: titled('value1', 'value2') } },
};
const address = { type: 'object', properties: { street: { type: 'string' }, city: { type: 'string' } } };
const anything = { type: 'object' };

/** Input schema and content by tool. */
const TOOLS = {
  test_simple_text: [anything, () => text('This is a simple text response for testing.')],
  test_image_content: [anything, () => image],
  test_audio_content: [anything, () => ({ type: 'audio', data: WAV, mimeType: 'audio/wav' })],
  test_embedded_resource: [
    anything,
    () => resource('test://embedded-resource', 'This is an embedded resource content.'),
  ],
  test_multiple_content_types: [
    anything,
    () => [text('Multiple content types test:'), image, resource('test://mixed-content-resource', '{"test":"data"}')],
  ],
  test_tool_with_logging: [
    anything,
    async () => {
      for (const data of ['Tool execution started', 'Tool processing data', 'Tool execution completed']) {
        await server.sendLoggingMessage({ level: 'info', data });
        await pause();
      }
      return text('Tool with logging executed successfully');
    },
  ],
  test_tool_with_progress: [
    anything,
    async ({ _meta }, { sendNotification }) => {
      const progressToken = _meta?.progressToken ?? 0;
      for (const progress of [0, 50, 100]) {
        const params = { progressToken, progress, total: 100 };
        await sendNotification({ method: 'notifications/progress', params });
        await pause();
      }
      return text(String(progressToken));
    },
  ],
  test_error_handling: [
    anything,
    () => Promise.reject(new Error('This tool intentionally returns an error for testing')),
  ],
  test_reconnection: [anything, () => text('Reconnection test completed successfully.')],
  test_sampling: [
    { type: 'object', properties: { prompt: { type: 'string' } }, required: ['prompt'] },
    async (params) => {
      const messages = [{ role: 'user', content: text(params.arguments.prompt) }];
      const asked = { method: 'sampling/createMessage', params: { messages, maxTokens: 100 } };
      const { content } = await server.request(asked, types.CreateMessageResultSchema);
      return text(`LLM response: ${content.text}`);
    },
  ],
  test_elicitation: [
    { type: 'object', properties: { message: { type: 'string' } }, required: ['message'] },
    ({ arguments: { message } }) => elicit(message, { response: { type: 'string' } }, ['response']),
  ],
  test_elicitation_sep1034_defaults: [anything, () => elicit('Please review the form', defaults)],
  test_elicitation_sep1330_enums: [anything, () => elicit('Please select options', enums)],
  json_schema_2020_12_tool: [
    {
      $schema: 'https://json-schema.org/draft/2020-12/schema',
      type: 'object',
      $defs: { address },
      properties: { name: { type: 'string' }, address: { $ref: '#/$defs/address' } },
      additionalProperties: false,
    },
    () => text('JSON Schema 2020-12'),
  ],
};

const RESOURCES = [
  {
    uri: 'test://static-text',
    name: 'static-text',
    mimeType: 'text/plain',
    text: 'This is the content of the static text resource.',
  },
  { uri: 'test://static-binary', name: 'static-binary', mimeType: 'image/png', blob: PNG },
  {
    uri: 'test://watched-resource',
    name: 'watched-resource',
    mimeType: 'text/plain',
    text: 'Watched resource content',
  },
];

const argument = (name) => ({ name, required: true });
const user = (...contents) => contents.map((content) => ({ role: 'user', content }));
const PROMPTS = {
  test_simple_prompt: [[], () => user(text('This is a simple prompt for testing.'))],
  test_prompt_with_arguments: [
    [argument('arg1'), argument('arg2')],
    ({ arg1, arg2 }) => user(text(`Prompt with arguments: arg1='${arg1}', arg2='${arg2}'`)),
  ],
  test_prompt_with_embedded_resource: [
    [argument('resourceUri')],
    ({ resourceUri }) =>
      user(resource(resourceUri, 'Embedded resource content for testing.'), text('Please process it.')),
  ],
  test_prompt_with_image: [[], () => user(image, text('Please analyze the image above.'))],
};

server.setRequestHandler(types.ListToolsRequestSchema, () => ({
  tools: Object.entries(TOOLS).map(([name, [inputSchema]]) => ({ name, description: `Tests ${name}`, inputSchema })),
}));
server.setRequestHandler(types.CallToolRequestSchema, async ({ params }, extra) => {
  try {
    return { content: [await TOOLS[params.name][1](params, extra)].flat() };
  } catch (error) {
    return { isError: true, content: [text(error.message)] };
  }
});
server.setRequestHandler(types.ListResourcesRequestSchema, () => ({
  resources: RESOURCES.map(({ uri, name, mimeType }) => ({ uri, name, mimeType })),
}));
server.setRequestHandler(types.ListResourceTemplatesRequestSchema, () => ({
  resourceTemplates: [{ uriTemplate: 'test://template/{id}/data', name: 'template', mimeType: 'application/json' }],
}));
server.setRequestHandler(types.ReadResourceRequestSchema, ({ params: { uri } }) => {
  const id = /^test:\/\/template\/([^/]+)\/data$/.exec(uri)?.[1];
  const templated = {
    mimeType: 'application/json',
    text: JSON.stringify({ id, templateTest: true, data: `Data for ID: ${id}` }),
  };
  const { name: _, ...found } = id ? { ...templated, uri } : (RESOURCES.find((one) => one.uri === uri) ?? {});
  if (!found.uri) throw new types.McpError(-32002, `Resource not found: ${uri}`);
  return { contents: [found] };
});
server.setRequestHandler(types.SubscribeRequestSchema, () => ({}));
server.setRequestHandler(types.UnsubscribeRequestSchema, () => ({}));
server.setRequestHandler(types.ListPromptsRequestSchema, () => ({
  prompts: Object.entries(PROMPTS).map(([name, [args]]) => ({ name, description: `Tests ${name}`, arguments: args })),
}));
server.setRequestHandler(types.GetPromptRequestSchema, ({ params }) => ({
  messages: PROMPTS[params.name][1](params.arguments ?? {}),
}));
server.setRequestHandler(types.CompleteRequestSchema, () => ({
  completion: { values: ['one', 'two'], hasMore: false },
}));
await server.connect(new StdioServerTransport());
