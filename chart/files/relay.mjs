// The relay of mcpgen, made of relay/*.ts by tools/bundle.mjs: do not edit.
import { readFileSync, readdirSync } from "node:fs";
import { Agent, createServer, get, request, validateHeaderName, validateHeaderValue } from "node:http";
import { createHash, randomBytes, randomUUID } from "node:crypto";
import { setTimeout as setTimeout$1 } from "node:timers/promises";
import { Agent as Agent$1, request as request$1 } from "node:https";
import { connect, createServer as createServer$1, isIP } from "node:net";
import { lookup } from "node:dns";
import { hostname } from "node:os";
// relay/messages.ts
/** Error codes, those of the MCP SDKs. */
const ErrorCode = {
	ConnectionClosed: -32e3,
	RequestTimeout: -32001,
	MethodNotFound: -32601,
	InternalError: -32603
};
const Method = {
	initialize: "initialize",
	initialized: "notifications/initialized",
	cancelled: "notifications/cancelled",
	ping: "ping",
	discover: "server/discover",
	listen: "subscriptions/listen",
	acknowledged: "notifications/subscriptions/acknowledged",
	toolsList: "tools/list",
	promptsList: "prompts/list",
	resourcesList: "resources/list",
	templatesList: "resources/templates/list",
	toolsCall: "tools/call",
	promptsGet: "prompts/get",
	resourcesRead: "resources/read",
	toolListChanged: "notifications/tools/list_changed",
	promptListChanged: "notifications/prompts/list_changed",
	resourceListChanged: "notifications/resources/list_changed"
};
/** In a notification's `_meta`: the id of the request to listen that it belongs to. */
const subscriptionKey = "io.modelcontextprotocol/subscriptionId";
const ownPrefix = "\"mcpgen-";
/** JSON text of the id of a request that the relay makes itself; none of the gateway's is like it. */
function ownId(name) {
	return `${ownPrefix}${name}"`;
}
const pingId = ownId("ping");
function isOwnId(id) {
	return id?.startsWith(ownPrefix) ?? false;
}
/** `id` is the id's JSON text. */
function errorResponse(id, error) {
	return Buffer.from(`{"jsonrpc":"2.0","id":${id},"error":${JSON.stringify(error)}}\n`);
}
function resultResponse(id, result) {
	return Buffer.from(`{"jsonrpc":"2.0","id":${id},"result":${result}}\n`);
}
/** `params` is JSON text. */
function request$2(id, method, params) {
	return Buffer.from(`{"jsonrpc":"2.0","id":${id},"method":"${method}"${params === void 0 ? "" : `,"params":${params}`}}\n`);
}
function notification(method) {
	return Buffer.from(`${JSON.stringify({
		jsonrpc: "2.0",
		method
	})}\n`);
}
/** Tells the other side that nobody waits for its answer any more. */
function cancelled(requestId, reason) {
	const text = `"params":{"requestId":${requestId},"reason":${JSON.stringify(reason)}}`;
	return Buffer.from(`{"jsonrpc":"2.0","method":"${Method.cancelled}",${text}}\n`);
}
/** A small message as an object, or undefined if it is none. */
function parse(bytes) {
	try {
		const value = JSON.parse(bytes.toString());
		return isObject(value) ? value : void 0;
	} catch {
		return;
	}
}
/** The id of the request that a `notifications/cancelled` is about, as JSON text. */
function cancelledId(bytes) {
	const params = parse(bytes)?.["params"];
	return isObject(params) && "requestId" in params ? JSON.stringify(params["requestId"]) : void 0;
}
/** Larger calls are not parsed for the sake of a label. */
const maxParsedCall = 65536;
/** The tool that a `tools/call` calls; `""` if it cannot be known. */
function calledTool(bytes) {
	const params = bytes.length > maxParsedCall ? void 0 : parse(bytes)?.["params"];
	return isObject(params) && typeof params["name"] === "string" ? params["name"] : "";
}
/** The trace context that a request carries in `_meta`, which the gateway passes on as it is; undefined for none that is valid. */
function traceparentOf(bytes) {
	if (bytes.length > maxParsedCall || !bytes.includes("traceparent")) return void 0;
	const params = parse(bytes)?.["params"];
	const meta = isObject(params) ? params["_meta"] : void 0;
	const value = isObject(meta) ? meta["traceparent"] : void 0;
	return typeof value === "string" && traceparentPattern.test(value) ? value : void 0;
}
/** Version, trace, span and flags; ids of zeros are none. */
const traceparentPattern = /^00-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}$/;
/** Whether a request is for another page than the first. */
function hasCursor(bytes) {
	const params = parse(bytes)?.["params"];
	return isObject(params) && typeof params["cursor"] === "string" && params["cursor"] !== "";
}
/** Ids of the requests and of the responses in a batch. */
function batchIds(bytes) {
	const ids = {
		requests: [],
		responses: []
	};
	let entries;
	try {
		entries = JSON.parse(bytes.toString());
	} catch {
		return ids;
	}
	for (const entry of Array.isArray(entries) ? entries : []) {
		if (!isObject(entry) || !("id" in entry)) continue;
		ids["method" in entry ? "requests" : "responses"].push(JSON.stringify(entry["id"]));
	}
	return ids;
}
function isObject(value) {
	return typeof value === "object" && value !== null && !Array.isArray(value);
}
// relay/config-reader.ts
var ConfigError = class extends Error {};
/** Reads the text of the file. */
function readRoot(text) {
	let file;
	try {
		file = JSON.parse(text);
	} catch (error) {
		throw new ConfigError(`the configuration is not valid JSON: ${error.message}`);
	}
	return new Reader(file, "configuration");
}
/** One object of the file. */
var Reader = class Reader {
	#object;
	#path;
	constructor(value, path) {
		if (value !== void 0 && !isObject(value)) throw new ConfigError(`${path} must be an object`);
		this.#object = value ?? {};
		this.#path = path;
	}
	names() {
		return Object.keys(this.#object);
	}
	value(name) {
		return this.#object[name];
	}
	object(name) {
		return new Reader(this.#object[name], `${this.#path}.${name}`);
	}
	text(name) {
		return this.#typed(name, (value) => typeof value === "string", "a string");
	}
	boolean(name, fallback) {
		return this.#typed(name, (value) => typeof value === "boolean", "true or false") ?? fallback;
	}
	number(name, fallback) {
		const fits = (value) => typeof value === "number" && value >= 0 && value <= 1e6;
		return this.#typed(name, fits, "a number from 0 to 1000000") ?? fallback;
	}
	texts(name) {
		const fits = (value) => Array.isArray(value) && value.every((entry) => typeof entry === "string");
		return this.#typed(name, fits, "a list of strings");
	}
	#typed(name, fits, what) {
		const value = this.#object[name];
		if (value !== void 0 && !fits(value)) throw new ConfigError(`${this.#path}.${name} must be ${what}`);
		return value;
	}
};
// generator/tree.ts
/** A map, and no list, text or null. */
function isMap(value) {
	return typeof value === "object" && value !== null && !Array.isArray(value);
}
// generator/definitions/definition.ts
/** The defaults of MCP's ToolAnnotations: a gateway may leave out a hint that says what is true anyway. */
const hints = {
	readOnlyHint: false,
	destructiveHint: true,
	idempotentHint: false,
	openWorldHint: true
};
/** Characters of a part's hash. */
const shortLength = 12;
/** A tool of a list of tools. `name`: without the prefix that a gateway puts before it. */
function hashDefinition(name, tool) {
	const parts = {
		description: tool["description"] ?? "",
		inputSchema: tool["inputSchema"] ?? {},
		annotations: normalAnnotations(tool["annotations"])
	};
	return {
		definition: `sha256:${hash({
			name: name.trim(),
			...parts
		})}`,
		description: hash(parts.description).slice(0, shortLength),
		inputSchema: hash(parts.inputSchema).slice(0, shortLength),
		annotations: hash(parts.annotations).slice(0, shortLength)
	};
}
function normalAnnotations(annotations) {
	const given = isMap(annotations) ? annotations : {};
	const named = Object.entries(hints).map(([name, usual]) => [name, given[name] ?? usual]);
	return {
		title: given["title"] ?? "",
		...Object.fromEntries(named)
	};
}
/** What stands for a value that is nested deeper than any schema: it is never the same. */
const unhashable = "0".repeat(64);
/** Whether a definition is the recorded one. */
function isSameDefinition(recorded, now) {
	return recorded === now && now !== `sha256:${unhashable}`;
}
/** Of the value, however its keys are sorted. */
function hash(value) {
	try {
		const text = JSON.stringify(value, (_, inner) => isMap(inner) ? sorted$1(inner) : inner);
		return createHash("sha256").update(text).digest("hex");
	} catch (error) {
		if (error instanceof RangeError) return unhashable;
		throw error;
	}
}
function sorted$1(map) {
	return Object.fromEntries(Object.entries(map).sort(([a], [b]) => a < b ? -1 : 1));
}
// relay/definitions.ts
/** What to do with a server whose tools differ from their recorded definitions. */
const definitionModes = [
	"enforce",
	"warn",
	"off"
];
/** Lists are looked at again and again, and their entries stay the same. */
const hashes = /* @__PURE__ */ new WeakMap();
/** Names of tools that differ from their recorded definition, or have none. */
function changedTools(entries, recorded) {
	return entries.flatMap(({ name, value }) => isSameDefinition(recorded.get(name.trim()) ?? "", hashOf(name, value)) ? [] : [name]);
}
function hashOf(name, value) {
	const known = hashes.get(value);
	if (known !== void 0) return known;
	const { definition } = hashDefinition(name, value);
	hashes.set(value, definition);
	return definition;
}
// relay/log.ts
const levels = [
	"debug",
	"info",
	"warn",
	"error"
];
function isLevel(text) {
	return levels.includes(text);
}
var Log = class Log {
	#level;
	#component;
	#fields;
	#write;
	constructor(level, component, fields = {}, write = (line) => process.stdout.write(line)) {
		this.#level = level;
		this.#component = component;
		this.#fields = fields;
		this.#write = write;
	}
	/** Whether lines of this level are written: for what costs something to find out. */
	writes(level) {
		return levels.indexOf(level) >= levels.indexOf(this.#level);
	}
	/** A log whose lines carry further fields. */
	with(fields) {
		return new Log(this.#level, this.#component, {
			...this.#fields,
			...fields
		}, this.#write);
	}
	debug(message, fields) {
		this.#line("debug", message, fields);
	}
	info(message, fields) {
		this.#line("info", message, fields);
	}
	warn(message, fields) {
		this.#line("warn", message, fields);
	}
	error(message, fields) {
		this.#line("error", message, fields);
	}
	#line(level, message, fields = {}) {
		if (!this.writes(level)) return;
		const time = (/* @__PURE__ */ new Date()).toISOString();
		this.#write(`${JSON.stringify({
			time,
			level,
			component: this.#component,
			msg: message,
			...this.#fields,
			...fields
		})}\n`);
	}
};
// relay/config.ts
const defaults = {
	warm: {
		min: 1,
		max: 4
	},
	idleSeconds: 600,
	abandonedSeconds: 86400,
	callSilenceSeconds: 300,
	connectTimeoutSeconds: 2,
	handshakeTimeoutSeconds: 45,
	initializeSeconds: 10,
	reconnectSeconds: .9,
	maxMessageMiB: 20,
	sharedProcesses: 4,
	stateful: false,
	required: true
};
/** Reads the text of the file; `${NAME}` in headers and URLs is taken from the environment. */
function readConfig(text, environment) {
	const root = readRoot(text);
	const listen = root.object("listen");
	const start = root.object("startSeconds");
	const logLevel = environment["LOG_LEVEL"] ?? root.value("logLevel") ?? "info";
	if (!isLevel(logLevel)) throw new ConfigError(`logLevel ${String(logLevel)} is invalid: use debug, info, warn or error`);
	const metrics = listen.text("metrics");
	const gateway = root.object("gateway");
	const health = gateway.text("health");
	const base = readSettings(root.object("defaults"), defaults);
	const servers = root.object("servers");
	return {
		metrics: metrics === void 0 ? void 0 : readListen(metrics, "listen.metrics"),
		gatewayHealth: health === void 0 ? void 0 : readUrl(health, "gateway.health"),
		gateway: readGateway(gateway, environment),
		logLevel,
		toolDefinitions: readMode(root),
		traces: readTraces(root.object("traces")),
		startSeconds: {
			required: start.number("required", 120),
			optional: start.number("optional", 15)
		},
		servers: servers.names().map((name) => readServer(name, servers.object(name), base, environment))
	};
}
function readGateway(reader, environment) {
	const url = reader.text("url");
	if (url === void 0) return void 0;
	const transport = reader.text("transport") ?? "streaming";
	if (transport !== "streaming" && transport !== "sse") throw new ConfigError(`gateway.transport ${transport} is invalid: use streaming or sse`);
	const headers = readHeaders("gateway", reader, environment);
	const problem = problemOf$1(headers);
	if (problem !== void 0) throw new ConfigError(`gateway: ${problem}`);
	return {
		url: readUrl(url, "gateway.url"),
		transport,
		headers
	};
}
function readTraces(reader) {
	const url = reader.text("url");
	return url === void 0 ? void 0 : {
		url: readUrl(url, "traces.url"),
		ratio: reader.number("ratio", 0)
	};
}
function readServer(name, reader, base, environment) {
	const listen = reader.text("listen");
	const target = reader.text("target");
	const unready = reader.text("unready");
	const url = reader.text("url");
	if (listen === void 0) throw new ConfigError(`server ${name}: listen is missing`);
	if (target === void 0 === (url === void 0)) throw new ConfigError(`server ${name}: set either target or url`);
	const prefix = reader.text("prefix");
	const allowTools = reader.texts("allowTools");
	const definitions = reader.object("toolDefinitions");
	const transport = reader.text("transport") ?? "streamable-http";
	if (transport !== "streamable-http" && transport !== "sse") throw new ConfigError(`server ${name}: transport ${transport} is invalid: use streamable-http or sse`);
	const { problem, ...headers } = readOwnHeaders(name, reader, environment);
	return {
		name,
		...readSettings(reader, base),
		listen: readAddress(listen, `server ${name}: listen`),
		...target !== void 0 && { target: readAddress(target, `server ${name}: target`) },
		...unready !== void 0 && { unready: readAddress(unready, `server ${name}: unready`) },
		...url !== void 0 && { url: readUrl(expand(url, environment), `server ${name}: url`) },
		transport,
		look: reader.text("look") ?? `kubectl describe pods -l mcpgen.dev/server=${name}`,
		...headers,
		...problem !== void 0 && { problem },
		...prefix !== void 0 && prefix !== "" && { prefix },
		...allowTools && { allowTools },
		...reader.value("toolDefinitions") !== void 0 && { definitions: new Map(definitions.names().map((tool) => [tool, definitions.text(tool) ?? ""])) }
	};
}
function readMode(root) {
	const text = root.text("toolDefinitions") ?? "warn";
	const mode = definitionModes.find((known) => known === text);
	if (!mode) throw new ConfigError(`toolDefinitions ${text} is invalid: use ${definitionModes.join(", ")}`);
	return mode;
}
/** A missing or invalid value from a Secret is a problem of this server only. */
function readOwnHeaders(name, reader, environment) {
	const optional = reader.object("optional");
	const [missing] = optional.names().filter((variable) => (environment[variable] ?? "").trim() === "");
	if (missing !== void 0) return {
		headers: {},
		problem: optional.text(missing) ?? `${missing} is not set`
	};
	const headers = readHeaders(`server ${name}`, reader, environment);
	const problem = problemOf$1(headers);
	return problem === void 0 ? { headers } : {
		headers: {},
		problem
	};
}
/** Trims values, because a Secret made from a file ends in a newline; whether HTTP allows them is checked later. */
function readHeaders(owner, reader, environment) {
	const headers = reader.object("headers");
	const texts = headers.names().map((name) => [name, headers.text(name) ?? ""]);
	const problem = problemOf$1(Object.fromEntries(texts));
	if (problem !== void 0) throw new ConfigError(`${owner}: ${problem}`);
	return Object.fromEntries(texts.map(([name, text]) => [name, expand(text, environment).trim()]));
}
function problemOf$1(headers) {
	for (const [name, value] of Object.entries(headers)) try {
		validateHeaderName(name);
		validateHeaderValue(name, value);
	} catch {
		return `header ${name} cannot be sent: it contains characters that HTTP does not allow`;
	}
}
function readSettings(reader, base) {
	const warm = reader.object("warm");
	const min = warm.number("min", base.warm.min);
	return {
		warm: {
			min,
			max: Math.max(min, warm.number("max", base.warm.max))
		},
		idleSeconds: reader.number("idleSeconds", base.idleSeconds),
		abandonedSeconds: reader.number("abandonedSeconds", base.abandonedSeconds),
		callSilenceSeconds: reader.number("callSilenceSeconds", base.callSilenceSeconds),
		connectTimeoutSeconds: reader.number("connectTimeoutSeconds", base.connectTimeoutSeconds),
		handshakeTimeoutSeconds: reader.number("handshakeTimeoutSeconds", base.handshakeTimeoutSeconds),
		initializeSeconds: reader.number("initializeSeconds", base.initializeSeconds),
		reconnectSeconds: reader.number("reconnectSeconds", base.reconnectSeconds),
		maxMessageMiB: reader.number("maxMessageMiB", base.maxMessageMiB),
		sharedProcesses: reader.number("sharedProcesses", base.sharedProcesses),
		stateful: reader.boolean("stateful", base.stateful),
		required: reader.boolean("required", base.required)
	};
}
/** `:port` is every address, of IPv6 and IPv4, or of IPv4 alone without IPv6: Node.js does that if there is no host. */
function readListen(text, what) {
	return text.startsWith(":") ? {
		host: "",
		port: readAddress(`localhost${text}`, what).port
	} : readAddress(text, what);
}
function readAddress(text, what) {
	const match = /^(?:\[(.+)\]|([^:]+)):(\d+)$/.exec(text);
	const port = Number(match?.[3]);
	if (!match || port > 65535) throw new ConfigError(`${what}: ${text} is not a valid host:port`);
	return {
		host: match[1] ?? match[2] ?? "",
		port
	};
}
function readUrl(text, what) {
	if (!URL.canParse(text) || !/^https?:$/.test(new URL(text).protocol)) throw new ConfigError(`${what} must be an http or https URL`);
	return new URL(text);
}
function expand(text, environment) {
	return text.replace(/\$\{(\w+)\}/g, (_, name) => {
		const value = environment[name];
		if (value === void 0) throw new ConfigError(`the environment variable ${name} is not set`);
		return value;
	});
}
// relay/failure.ts
/** More of a text that comes from a server is not kept. */
const maxText = 256;
const goodbye = /^mcpgen: the server process ended with status (\d{1,3})(?:: (.*))?$/;
/**
* The line with which the chart's wrapper (chart/files/bridge/run-server.sh) says that the server process has ended; the
* bridge itself leaves the connection open.
*/
function processEnd(line) {
	if (line.length > 4 * maxText) return void 0;
	const [, status, lastLine] = goodbye.exec(line.toString().trim()) ?? [];
	if (status === void 0) return void 0;
	const text = printable(lastLine ?? "");
	return {
		reason: `the server process ended with status ${Number(status)}`,
		status: Number(status),
		...text !== "" && { lastLine: text }
	};
}
/** What an attempt to connect ended with. */
function connectError(error) {
	const code = error.code ?? "";
	return {
		reason: error.message,
		isUnresolved: /^(?:ENOTFOUND|EAI_)/.test(code)
	};
}
/** One line without control characters, of bounded length. */
function printable(text) {
	return text.replace(/[\p{C}\p{Zl}\p{Zp}]+/gu, " ").trim().slice(0, maxText);
}
/** Whether nothing answered at the server's address: the relay cannot know why. */
function isUnreached(stage) {
	return stage === "resolve" || stage === "connect";
}
/** A loss in words: the reason, and what the process said last. */
function describeLoss({ reason, lastLine }) {
	return lastLine === void 0 ? reason : `${reason}: ${lastLine}`;
}
function describeFailure(failure) {
	return `${failure.stage} failed: ${describeLoss(failure)}`;
}
/** Why a message is not passed on, and what to do. */
function tooLong(what, limitMiB) {
	return `${what} is longer than ${limitMiB} MiB: ask for less data, or raise relay.maxMessageMiB and the memory of gateway.resources`;
}
// relay/drain.ts
const lookMs = 50;
/** Waits until the running requests are answered, at most this long; returns how many are not. */
async function drained(sessions, limitMs) {
	const end = Date.now() + limitMs;
	let waiting = sessions.flatMap((session) => session.out.map((id) => ({
		session,
		id
	})));
	for (;;) {
		waiting = waiting.filter(({ session, id }) => session.out.includes(id));
		if (waiting.length === 0 || Date.now() >= end) return waiting.length;
		await setTimeout$1(lookMs);
	}
}
// relay/lists.ts
/** In the order in which the gateway asks. */
const kinds$1 = [
	"tool",
	"prompt",
	"resource",
	"template"
];
const kindFacts = {
	tool: {
		method: Method.toolsList,
		field: "tools",
		key: "name"
	},
	prompt: {
		method: Method.promptsList,
		field: "prompts",
		key: "name"
	},
	resource: {
		method: Method.resourcesList,
		field: "resources",
		key: "uri"
	},
	template: {
		method: Method.templatesList,
		field: "resourceTemplates",
		key: "uriTemplate"
	}
};
const noLists = {
	tool: [],
	prompt: [],
	resource: [],
	template: []
};
function isSame(one, other) {
	return one !== void 0 && kinds$1.every((kind) => JSON.stringify(one[kind]) === JSON.stringify(other[kind]));
}
function kindOf(method) {
	return kinds$1.find((kind) => kindFacts[kind].method === method);
}
/** The entries of an answer; undefined if it is an error, or no list. */
function readList(kind, answer) {
	const { field, key } = kindFacts[kind];
	const result = parse(answer)?.["result"];
	const entries = isObject(result) ? result[field] : void 0;
	if (!Array.isArray(entries)) return void 0;
	return entries.flatMap((value) => {
		if (!isObject(value)) return [];
		const name = value[key];
		return [{
			name: typeof name === "string" ? name : "",
			value
		}];
	});
}
// relay/admin.ts
/** While servers start one after another, the next may take this long; the start no longer waits for unreachable ones then. */
const graceMs = 1e4;
const maxDrainSeconds = 3600;
var Admin = class {
	#config;
	#metrics;
	#servers;
	#listings;
	#startedAt = Date.now();
	#started = false;
	#http;
	constructor(config, servers, listings, metrics) {
		this.#config = config;
		this.#servers = servers;
		this.#listings = listings;
		this.#metrics = metrics;
		this.#http = createServer(async (request, response) => {
			const [path = "", query] = (request.url ?? "").split("?");
			const { status, type, text } = path === "/drain" ? await this.#drain(query) : this.#answer(path);
			response.writeHead(status, { "content-type": type }).end(text);
		});
	}
	listen() {
		const address = this.#config.metrics;
		if (!address) return Promise.resolve();
		return new Promise((resolve, reject) => {
			this.#http.once("error", reject);
			this.#http.listen(address, resolve);
		});
	}
	/** The port it listens on. */
	get port() {
		const address = this.#http.address();
		return typeof address === "object" && address ? address.port : 0;
	}
	close() {
		this.#http.close();
		this.#http.closeAllConnections();
	}
	/** When the running calls are answered, or `seconds` are over. */
	async #drain(query) {
		const seconds = Math.min(maxDrainSeconds, Number(new URLSearchParams(query).get("seconds")) || 0);
		const left = await drained(this.#servers.flatMap((server) => server.sessions), seconds * 1e3);
		return left === 0 ? plain(200, "ok\n") : plain(503, `calls without an answer: ${left}\n`);
	}
	#answer(path) {
		if (path === "/metrics") return plain(200, this.#metrics.text());
		if (path === "/healthz") return plain(200, "ok\n");
		if (path === "/readyz") return verdict(this.#problems(({ config, status }) => config.required && status.state !== "serving"));
		if (path === "/startz") return verdict(this.#startProblems());
		if (path === "/servers") return {
			status: 200,
			type: "application/json",
			text: `${JSON.stringify(this.#report())}\n`
		};
		if (path === "/offers") return {
			status: 200,
			type: "application/json",
			text: `${JSON.stringify(this.#offers())}\n`
		};
		return plain(404, "not found\n");
	}
	#problems(counts) {
		return this.#servers.filter(counts).map(({ config, status }) => `server ${config.name}: ${status.state}${status.reason && `: ${status.reason}`}`);
	}
	/** What the gateway's start still waits for. Once it has started, nothing. */
	#startProblems() {
		if (this.#started) return [];
		const { required, optional } = this.#config.startSeconds;
		const passedMs = Date.now() - this.#startedAt;
		const serving = this.#servers.filter(({ status }) => status.state === "serving");
		const isLate = serving.length > 0 && serving.every(({ status }) => Date.now() - status.since.getTime() > graceMs);
		const waits = ({ config, isSettled, status }) => !isSettled && !(isLate && status.state === "unreachable") && passedMs < 1e3 * (config.required ? required : Math.min(optional, required));
		const problems = this.#problems(waits);
		this.#started = problems.length === 0;
		return problems;
	}
	/** Names that the gateway knows, by server and kind: the door asks whose they are. */
	#offers() {
		const idsOf = (name) => {
			const { offered } = this.#listings.offer(name);
			return Object.fromEntries(kinds$1.map((kind) => [kind, offered[kind].map(({ id }) => id)]));
		};
		return Object.fromEntries(this.#servers.map(({ config: { name } }) => [name, idsOf(name)]));
	}
	#report() {
		return { servers: this.#servers.map(({ config: { name, required, look }, status: { state, since, failure } }) => {
			const { offered, hidden } = this.#listings.offer(name);
			return {
				name,
				state,
				required,
				tools: this.#listings.has(name) ? offered.tool.length : null,
				since: since.toISOString(),
				failure: failure ? {
					stage: failure.stage,
					reason: failure.reason,
					status: failure.status ?? null,
					lastLine: failure.lastLine ?? null,
					look: isUnreached(failure.stage) ? look : null,
					at: failure.at.toISOString()
				} : null,
				hidden: hidden.map((entry) => entry.name)
			};
		}) };
	}
};
function plain(status, text) {
	return {
		status,
		type: "text/plain; version=0.0.4; charset=utf-8",
		text
	};
}
function verdict(problems) {
	return problems.length === 0 ? plain(200, "ok\n") : plain(503, `${problems.join("\n")}\n`);
}
// relay/gateway-health.ts
/** Undefined: not known. */
function isGatewayHealthy(url) {
	if (!url) return Promise.resolve(void 0);
	return new Promise((resolve) => {
		const request = get(url, { timeout: 2e3 }, (response) => {
			response.resume();
			resolve(response.statusCode === 200);
		});
		request.once("timeout", () => request.destroy());
		request.once("error", () => resolve(false));
		request.once("close", () => resolve(false));
	});
}
// relay/gateway-watch.ts
const periodMs = 5e3;
var GatewayWatch = class {
	#isHealthy;
	#metrics;
	#timer;
	#isUp = false;
	constructor(isHealthy, metrics) {
		this.#isHealthy = isHealthy;
		this.#metrics = metrics;
		this.#set(false);
	}
	/** Looks now and from then on. */
	start() {
		this.#timer = setInterval(() => void this.look(), periodMs);
		this.#timer.unref();
		this.look();
	}
	close() {
		clearInterval(this.#timer);
	}
	async look() {
		const isUp = await this.#isHealthy();
		if (isUp !== void 0) this.#set(isUp);
	}
	#set(isUp) {
		this.#metrics.counter("mcpgen_relay_gateway_losses_total", "Times that the gateway stopped answering, which ends its sessions.").add(this.#isUp && !isUp ? 1 : 0);
		this.#metrics.gauge("mcpgen_relay_gateway_up", "1 if the gateway answers.").set(isUp ? 1 : 0);
		this.#isUp = isUp;
	}
};
// relay/handshake.ts
/** Docker/mcp-gateway v0.43. */
const usual = {
	protocolVersion: "2025-06-18",
	clientInfo: {
		name: "docker-mcp-gateway",
		version: "1.0.0"
	},
	capabilities: {
		elicitation: {},
		roots: { listChanged: true },
		sampling: {}
	}
};
const metaKeys = [
	"protocolVersion",
	"clientInfo",
	"clientCapabilities"
].map((key) => `io.modelcontextprotocol/${key}`);
const [versionKey = ""] = metaKeys;
/** For servers that speak nothing else, until a gateway has said what it sends. */
const usualModern = handshakeFrom("modern", { _meta: {
	[versionKey]: "2026-07-28",
	"io.modelcontextprotocol/clientInfo": usual.clientInfo,
	"io.modelcontextprotocol/clientCapabilities": {
		roots: {},
		sampling: {},
		elicitation: { form: {} }
	}
} });
/** What a request says of how its session begins; undefined if it says nothing. */
function handshakeOf(bytes, { method }) {
	const params = parse(bytes)?.["params"];
	if (method === Method.initialize) return params === void 0 ? void 0 : handshakeFrom("legacy", params);
	const meta = isObject(params) ? params["_meta"] : void 0;
	if (!isObject(meta) || typeof meta[versionKey] !== "string") return void 0;
	const entries = metaKeys.filter((key) => key in meta).map((key) => [key, meta[key]]);
	return handshakeFrom("modern", { _meta: Object.fromEntries(entries) });
}
function handshakeFrom(era, params) {
	const text = JSON.stringify(sorted(params));
	return {
		era,
		params: text,
		key: era === "modern" ? era : text
	};
}
/** The request that begins a connection. */
function opening({ era }) {
	return era === "legacy" ? Method.initialize : Method.discover;
}
/** What an `initialize` is answered with for a server whose own answer is not known. */
function standIn({ params }, name) {
	const { protocolVersion } = JSON.parse(params);
	const listChanged = true;
	return JSON.stringify({
		protocolVersion: typeof protocolVersion === "string" ? protocolVersion : usual.protocolVersion,
		capabilities: {
			tools: { listChanged },
			prompts: { listChanged },
			resources: { listChanged },
			logging: {}
		},
		serverInfo: {
			name,
			version: ""
		}
	});
}
/** The last handshakes seen, shared by all servers, because the one gateway sends the same to each. */
var KnownHandshake = class {
	#current = {
		legacy: handshakeFrom("legacy", usual),
		modern: usualModern
	};
	#asksModern = false;
	#listeners = [];
	current(era) {
		return this.#current[era];
	}
	/** Whether the gateway begins by `server/discover`. */
	get asksModern() {
		return this.#asksModern;
	}
	onChange(listener) {
		this.#listeners.push(listener);
	}
	learn(handshake) {
		const { era } = handshake;
		const isNews = this.#current[era].key !== handshake.key || era === "modern" && !this.#asksModern;
		this.#current[era] = handshake;
		if (era === "modern") this.#asksModern = true;
		if (!isNews) return;
		for (const listener of this.#listeners) listener();
	}
};
function sorted(value) {
	if (Array.isArray(value)) return value.map(sorted);
	if (!isObject(value)) return value;
	const entries = Object.entries(value).toSorted(([a], [b]) => a < b ? -1 : 1);
	return Object.fromEntries(entries.map(([key, entry]) => [key, sorted(entry)]));
}
// relay/acceptable.ts
/** Names of the gateway's own tools, which it refuses from servers also where it does not offer them itself. */
const reservedTools = [
	"code-mode",
	"find-tools",
	"mcp-activate-profile",
	"mcp-add",
	"mcp-config-set",
	"mcp-create-profile",
	"mcp-exec",
	"mcp-find",
	"mcp-registry-import",
	"mcp-remove"
];
const controls = /\p{Cc}/u;
const strayPercent = /%(?![\da-f]{2})/i;
/** What is wrong with an entry that has this name for the gateway, or undefined. */
function problemOf(kind, name, { value }) {
	if (name.trim() === "") return "it has no name";
	if (!["undefined", "string"].includes(typeof value["description"])) return "its description is not text";
	if (kind === "tool") {
		if (reservedTools.includes(name)) return "the gateway reserves this name for its own tool";
		if (!isObjectSchema(value["inputSchema"])) return "its inputSchema is not of type object";
		const output = value["outputSchema"] ?? void 0;
		if (output !== void 0 && !isObjectSchema(output)) return "its outputSchema is not of type object";
	}
	if (kind === "resource" && !isUri(name)) return "its URI is invalid";
	if (kind === "template" && !isUriTemplate(name)) return "its URI template is invalid";
}
function isObjectSchema(schema) {
	return isObject(schema) && schema["type"] === "object";
}
/**
* Whether Go's url.Parse takes it, as far as that can be said in short. It takes more: rare forms of hosts and users, which
* are refused here.
*/
function isUri(text) {
	const [beforeFragment = "", ...fragment] = text.split("#");
	const [hierarchy = ""] = beforeFragment.split("?");
	const [, scheme, rest = ""] = /^(?:([a-z][a-z\d+.-]*):)?(.*)$/i.exec(hierarchy) ?? [];
	if (controls.test(text) || strayPercent.test(fragment.join("#"))) return false;
	if (!rest.startsWith("/")) return scheme !== void 0 || !/^[^/]*:/.test(rest);
	const [, authority = "", path = rest] = /^\/\/([^/]*)(.*)$/.exec(rest) ?? [];
	return /^(?:[\w.~-]+@)?(?:\[[\da-f:.]+\]|[\w.~-]*)(?::\d*)?$/i.test(authority) && !strayPercent.test(path);
}
/** Whether it is a template by RFC 6570. */
function isUriTemplate(text) {
	const literals = text.replaceAll(/\{[+#./;?&]?[\w.%]+(?::\d{1,4}|\*)?(?:,[\w.%]+(?::\d{1,4}|\*)?)*\}/g, "");
	return !/[ "<>\\^`{|}]/.test(literals) && !controls.test(literals) && !strayPercent.test(literals);
}
// relay/offers.ts
/** By server. */
function offersOf(servers, mode = "off") {
	const owners = /* @__PURE__ */ new Map();
	const inOrder = servers.toSorted((a, b) => a.name < b.name ? -1 : 1);
	return new Map(inOrder.map((server) => [server.name, checkDefinitions(server, offerOf(server, owners), mode)]));
}
function offerOf(server, owners) {
	const hidden = [];
	const entriesOf = (kind) => server.lists[kind].flatMap((entry) => {
		if (kind === "tool" && server.allowTools && !server.allowTools.includes(entry.name)) return [];
		const ids = idsOf(kind, entry.name, server.prefix);
		const problem = problemOf(kind, ids[0] ?? "", entry);
		const id = ids.find((candidate) => !owners.has(`${kind} ${candidate}`));
		if (problem === void 0 && id !== void 0) {
			owners.set(`${kind} ${id}`, server.name);
			return {
				id,
				name: entry.name,
				text: textOf$1(kind, id, entry)
			};
		}
		const owner = problem === void 0 ? owners.get(`${kind} ${ids[0]}`) : void 0;
		const isOwn = owner === server.name;
		const clash = isOwn ? "the server has this name twice" : `server ${owner} already has this name`;
		hidden.push({
			kind,
			name: entry.name,
			owner: isOwn ? void 0 : owner,
			reason: problem ?? clash
		});
		return [];
	});
	return {
		offered: Object.fromEntries(kinds$1.map((kind) => [kind, entriesOf(kind)])),
		hidden
	};
}
/** Where the recorded definitions are enforced, a server with others offers nothing. Its names remain its own. */
function checkDefinitions({ lists, definitions }, offer, mode) {
	if (mode === "off" || !definitions) return {
		...offer,
		changed: []
	};
	const names = new Set(offer.offered.tool.map(({ name }) => name));
	const changed = changedTools(lists.tool.filter(({ name }) => names.has(name)), definitions);
	if (mode === "warn" || changed.length === 0) return {
		...offer,
		changed
	};
	const reason = "its tools differ from their recorded definitions";
	const withheld = kinds$1.flatMap((kind) => offer.offered[kind].map(({ name }) => ({
		kind,
		name,
		owner: void 0,
		reason
	})));
	return {
		offered: nothingOffered,
		hidden: [...offer.hidden, ...withheld],
		changed
	};
}
const nothingOffered = {
	tool: [],
	prompt: [],
	resource: [],
	template: []
};
/** Names that an entry may have for the gateway, the best first. Links in a server's answers need its own URIs, where that can be. */
function idsOf(kind, name, prefix) {
	if (prefix === void 0) return [name.trim()];
	if (kind === "tool" || kind === "prompt") return [`${prefix}__${name.trim()}`];
	return [name, `${uriPrefix(prefix)}${name}`];
}
/** What is put before a URI: a scheme begins with a letter and has fewer characters than a prefix may have. */
function uriPrefix(prefix) {
	return `${prefix.replaceAll(/[^a-z\d.-]+/gi, "-").replace(/^(?![a-z])/i, "x")}+`;
}
/** The gateway puts the prefix before the names of tools itself. */
function textOf$1(kind, id, { name, value }) {
	return JSON.stringify(kind === "tool" || id === name ? value : {
		...value,
		[kindFacts[kind].key]: id
	});
}
// relay/listings.ts
const nothing = {
	offered: nothingOffered,
	hidden: [],
	changed: []
};
const scheme = "mcpgen-relay";
/** A name may have been kept from the gateway's clients by its policy: more of them are not tried. */
const maxWays = 10;
var Listings = class {
	#servers;
	#mode;
	#log;
	#events;
	#offers = /* @__PURE__ */ new Map();
	/** What the log said last of each server. */
	#told = /* @__PURE__ */ new Map();
	#toldChanged = /* @__PURE__ */ new Map();
	constructor(servers, mode, log, events) {
		this.#mode = mode;
		this.#servers = new Map(servers.map((config) => [config.name, {
			config,
			lists: void 0,
			given: {},
			onlyKept: false
		}]));
		this.#log = log;
		this.#events = events;
	}
	/** Whether the server's lists were seen. */
	has(name) {
		return this.#server(name).lists !== void 0;
	}
	/** The server's lists as they were seen last. */
	of(name) {
		return this.#server(name).lists;
	}
	/** The server has these now; kinds that are left out are as before. */
	learn(name, lists) {
		const server = this.#server(name);
		server.lists = {
			...server.lists ?? noLists,
			...lists
		};
		const offerings = [...this.#servers.values()].map(({ config, lists: seen = noLists }) => ({
			name: config.name,
			prefix: config.prefix,
			allowTools: config.allowTools,
			definitions: config.definitions,
			lists: seen
		}));
		this.#offers = offersOf(offerings, this.#mode);
		this.#tellHidden();
		this.#tellChanged();
		this.#events.changed();
	}
	offer(name) {
		return this.#offers.get(name) ?? nothing;
	}
	/** JSON text of the result of the gateway's request for a list. */
	answer(name, kind) {
		const server = this.#server(name);
		const entries = this.#available(server, kind);
		server.given[kind] = new Map(entries.map(({ id, text }) => [id, text]));
		const texts = entries.map(({ text }) => text);
		if (kind === "template" && kinds$1.every((each) => !server.given[each]?.size)) texts.push(placeholder(name));
		if (kind === "template") this.#events.answered(name);
		return `{"${kindFacts[kind].field}":[${texts.join(",")}]}`;
	}
	/** Servers whose entries in the gateway are out of date. */
	stale() {
		return [...this.#servers.values()].filter((server) => this.#isStale(server)).map(({ config }) => config.name);
	}
	/** Whether the gateway has entries of the server that are gone, or changed. */
	hasOutdated(name) {
		const { given } = this.#server(name);
		const { offered } = this.offer(name);
		return kinds$1.some((kind) => [...given[kind] ?? []].some(([id, text]) => textsOf(offered[kind]).get(id) !== text));
	}
	/** From now on, or no longer, the gateway gets only those entries of the server that stay unchanged. */
	giveOnlyKept(name, onlyKept) {
		this.#server(name).onlyKept = onlyKept;
	}
	/** Requests that make the gateway contact the server: names that it got, then those that it may have from another relay. */
	ways(name) {
		const { given } = this.#server(name);
		const { offered } = this.offer(name);
		const order = [
			"resource",
			"prompt",
			"tool"
		];
		const known = order.flatMap((kind) => [...given[kind]?.keys() ?? []].map((id) => ({
			kind,
			id
		})));
		const possible = order.flatMap((kind) => offered[kind].map(({ id }) => ({
			kind,
			id
		})));
		return [
			{
				kind: "resource",
				id: `${scheme}:${name}/list`
			},
			...known,
			...possible
		].slice(0, maxWays);
	}
	/** The server's own name for what the gateway asks for. */
	ownName(name, kind, id) {
		const found = this.offer(name).offered[kind].find((entry) => entry.id === id);
		if (found) return found.name;
		const { prefix } = this.#server(name).config;
		if (prefix === void 0 || kind === "prompt") return id;
		const before = uriPrefix(prefix);
		return id.startsWith(before) ? id.slice(before.length) : id;
	}
	#server(name) {
		const server = this.#servers.get(name);
		if (!server) throw new Error(`no server ${name}`);
		return server;
	}
	/** What another server still has at the gateway is not given a second time: the gateway would refuse both. */
	#available(server, kind) {
		const others = [...this.#servers.values()].filter((other) => other !== server);
		return this.offer(server.config.name).offered[kind].filter(({ id, text }) => {
			if (others.some(({ given }) => given[kind]?.has(id))) return false;
			return !server.onlyKept || server.given[kind]?.get(id) === text;
		});
	}
	#isStale({ config, lists, given }) {
		if (!lists) return false;
		const { offered } = this.offer(config.name);
		return kinds$1.some((kind) => {
			const has = given[kind];
			return !has || has.size !== offered[kind].length || offered[kind].some(({ id, text }) => has.get(id) !== text);
		});
	}
	/** Logs once per server and reason, however many names, and again when the names change. */
	#tellHidden() {
		for (const [server, { hidden }] of this.#offers) {
			const groups = groupBy(hidden, ({ kind, reason }) => `${kind}: ${reason}`);
			const told = this.#told.get(server) ?? "";
			const words = JSON.stringify([...groups].map(([what, entries]) => [what, entries.map(({ name }) => name)]));
			this.#told.set(server, words);
			if (words === told) continue;
			for (const entries of groups.values()) this.#tell(server, entries);
		}
	}
	/** Logs once per server, and again when other tools have changed. */
	#tellChanged() {
		for (const [server, { changed }] of this.#offers) {
			const names = printable(changed.join(", "));
			if (names === (this.#toldChanged.get(server) ?? "")) continue;
			this.#toldChanged.set(server, names);
			if (changed.length === 0) this.#log.info("the tools of a server match their recorded definitions again", { server });
			else {
				const fields = {
					server,
					mode: this.#mode,
					count: changed.length,
					names,
					remedy: "review them, then run mcpgen verify --record and upgrade the release"
				};
				this.#log.warn("tools differ from their recorded definitions", fields);
			}
		}
	}
	#tell(server, entries) {
		const [first] = entries;
		if (!first) return;
		const { kind, owner, reason } = first;
		const names = printable(entries.map(({ name }) => name).join(", "));
		const remedy = owner === void 0 ? void 0 : `set servers.${server}.prefix`;
		const fields = {
			server,
			kind,
			reason,
			other: owner,
			count: entries.length,
			names,
			remedy
		};
		this.#log.warn("part of what a server offers is hidden from clients", fields);
	}
};
function groupBy(values, key) {
	const groups = /* @__PURE__ */ new Map();
	for (const value of values) groups.set(key(value), [...groups.get(key(value)) ?? [], value]);
	return groups;
}
function textsOf(entries) {
	return new Map(entries.map(({ id, text }) => [id, text]));
}
/** For a server that offers nothing else, so that the gateway has a name by which to contact it. */
function placeholder(server) {
	return JSON.stringify({
		uriTemplate: `${scheme}:${server}/{action}`,
		name: `${server}: not available`,
		description: `Server ${server} currently offers nothing.`
	});
}
// relay/metrics.ts
/** Bounds in seconds: a warm call takes milliseconds, a cold start seconds, and some tools minutes. */
const buckets = [
	.002,
	.005,
	.01,
	.025,
	.05,
	.1,
	.25,
	.5,
	1,
	2.5,
	5,
	10,
	30,
	60,
	300
];
var Metric = class {
	#value = 0;
	get value() {
		return this.#value;
	}
	add(amount) {
		this.#value += amount;
	}
	set(value) {
		this.#value = value;
	}
	lines(name, labels) {
		return [`${name}${labels} ${this.#value}`];
	}
};
var Histogram = class {
	#counts = buckets.map(() => 0);
	#count = 0;
	#sum = 0;
	get count() {
		return this.#count;
	}
	observe(seconds) {
		const index = buckets.findIndex((bound) => seconds <= bound);
		if (index >= 0) this.#counts[index] = (this.#counts[index] ?? 0) + 1;
		this.#count++;
		this.#sum += seconds;
	}
	lines(name, labels) {
		const prefix = `${name}_bucket{${labels === "" ? "" : `${labels.slice(1, -1)},`}`;
		let total = 0;
		return [
			...buckets.map((bound, index) => {
				total += this.#counts[index] ?? 0;
				return `${prefix}le="${bound}"} ${total}`;
			}),
			`${prefix}le="+Inf"} ${this.#count}`,
			`${name}_sum${labels} ${this.#sum}`,
			`${name}_count${labels} ${this.#count}`
		];
	}
};
/** All metrics, by name and labels. */
var Metrics = class {
	#families = /* @__PURE__ */ new Map();
	#program;
	constructor(program = "relay") {
		this.#program = program;
	}
	counter(name, help, labels = {}) {
		return this.#series(name, "counter", help, labels, () => new Metric());
	}
	gauge(name, help, labels = {}) {
		return this.#series(name, "gauge", help, labels, () => new Metric());
	}
	histogram(name, help, labels = {}) {
		return this.#series(name, "histogram", help, labels, () => new Histogram());
	}
	/** In Prometheus' text format. */
	text() {
		this.#measureProcess();
		return [...this.#families].flatMap(([name, { kind, help, series }]) => [
			`# HELP ${name} ${help}`,
			`# TYPE ${name} ${kind}`,
			...[...series].flatMap(([labels, metric]) => metric.lines(name, labels)),
			""
		]).join("\n");
	}
	#series(name, kind, help, labels, make) {
		let family = this.#families.get(name);
		if (!family) this.#families.set(name, family = {
			kind,
			help,
			series: /* @__PURE__ */ new Map()
		});
		const pairs = Object.entries(labels).map(([label, value]) => `${label}=${JSON.stringify(value)}`);
		const key = pairs.length === 0 ? "" : `{${pairs.join(",")}}`;
		let metric = family.series.get(key);
		if (!metric) family.series.set(key, metric = make());
		return metric;
	}
	#measureProcess() {
		const { user, system } = process.cpuUsage();
		this.counter("process_cpu_seconds_total", `CPU time of the ${this.#program}.`).set((user + system) / 1e6);
		this.gauge("process_resident_memory_bytes", `Memory of the ${this.#program}.`).set(process.memoryUsage.rss());
		this.gauge("process_open_fds", `Open files and sockets of the ${this.#program}.`).set(openFiles());
	}
};
function openFiles() {
	try {
		return readdirSync("/proc/self/fd").length;
	} catch {
		return 0;
	}
}
const failures = [
	"lost",
	"silent",
	"unavailable"
];
/** Tools beyond this number share a label, because each has a histogram. */
const maxToolLabels = 200;
/** Caches what every call needs. */
function once(made, key, make) {
	let value = made.get(key);
	if (value === void 0) made.set(key, value = make(key));
	return value;
}
/** The metrics of one server. */
function serverMetrics(metrics, server) {
	const name = (suffix) => `mcpgen_relay_${suffix}`;
	const counter = (suffix, help, labels = {}) => metrics.counter(name(suffix), help, {
		server,
		...labels
	});
	const gauge = (suffix, help) => metrics.gauge(name(suffix), help, { server });
	const histogram = (suffix, help, labels = {}) => metrics.histogram(name(suffix), help, {
		server,
		...labels
	});
	const tools = gauge("tools", "Tools of the server that clients can see.");
	const toolName = (tool) => tool === void 0 || known.has(tool) ? tool ?? "" : "other";
	const callTimes = /* @__PURE__ */ new Map();
	const callCounts = /* @__PURE__ */ new Map();
	let known = /* @__PURE__ */ new Set();
	return {
		/** The server has these tools now. Calls of others share a label, as clients could make up any number of names. */
		knowTools(names) {
			known = new Set(names.slice(0, maxToolLabels));
			tools.set(names.length);
		},
		/** Whether the server is required: alerts make the difference. */
		required: gauge("required", "1 if the gateway's start waits for the server."),
		up: gauge("up", "1 if the server answered the last handshake."),
		state: (state) => metrics.gauge(name("server_state"), "1 for the current state of the server.", {
			server,
			state
		}),
		failures: (stage) => counter("failures_total", "Failures of the server, by stage.", { stage }),
		hidden: gauge("hidden_names", "Tools, prompts and resources of the server that are hidden from clients."),
		changedTools: gauge("changed_tools", "Tools of the server that differ from their recorded definitions."),
		sessions: gauge("sessions", "Open sessions: connections of the gateway to the server."),
		attached: gauge("attached", "Open sessions that have a server process."),
		sessionsTotal: counter("sessions_total", "Sessions that the gateway has opened."),
		warm: gauge("warm", "Server processes that are ready for new sessions."),
		sharedProcesses: gauge("shared_processes", "Server processes that sessions currently share."),
		warmTarget: gauge("warm_target", "Server processes that the relay tries to keep ready."),
		warmHits: counter("warm_hits_total", "Sessions that got a server process at once."),
		warmMisses: counter("warm_misses_total", "Sessions that had to wait for a server process."),
		unhelped: (reason) => counter("unhelped_sessions_total", "Sessions that the relay does not support, by reason.", { reason }),
		warmFailures: counter("connection_failures_total", "Connections to the server that failed or were lost before use."),
		handshakeSeconds: histogram("handshake_seconds", "Time that server processes take to start and answer the first request."),
		attachSeconds: histogram("attach_seconds", "Time that sessions waited for a server process."),
		/** `tool`: the one that is called, undefined for requests of another kind. */
		callSeconds: (tool) => once(callTimes, toolName(tool), (label) => histogram("call_seconds", "Time from a request of the gateway to its answer, without initialize.", { tool: label })),
		/** With its first call a tool gets the series of its failures: one that comes with its first event has not increased. */
		calls: (outcome, tool) => once(callCounts, `${outcome} ${toolName(tool)}`, () => {
			const count = (one) => counter("calls_total", "Requests of the gateway, by outcome.", {
				outcome: one,
				tool: toolName(tool)
			});
			for (const failure of failures) count(failure);
			return count(outcome);
		}),
		losses: (reason) => counter("losses_total", "Server processes lost while in use.", { reason }),
		reattached: counter("reattached_total", "Sessions that got another server process after they lost one."),
		reaped: counter("reaped_total", "Server processes released because their session was idle."),
		abandoned: counter("abandoned_total", "Sessions closed because they were no longer used."),
		droppedLines: counter("dropped_lines_total", "Lines from servers that were not messages."),
		toServer: counter("bytes_total", "Bytes passed on.", { direction: "to_server" }),
		toGateway: counter("bytes_total", "Bytes passed on.", { direction: "to_gateway" })
	};
}
// relay/envelope.ts
/** Deeper messages cannot be ended before their end. */
const maxDepth = 256;
/** Longer keys, ids and method names are cut off, and so equal to none: a bound for what one message can make us keep. */
const maxToken = 1024;
const quote$1 = 34;
const backslash$1 = 92;
const openBrace$1 = 123;
const closeBrace$1 = 125;
const openBracket$1 = 91;
const closeBracket$1 = 93;
const comma$1 = 44;
const colon$1 = 58;
const brackets = [
	openBrace$1,
	openBracket$1,
	closeBrace$1,
	closeBracket$1
];
/** The byte after a backslash, and four digits after a `u`. */
const escapeLength = 5;
const letterU = 117;
/** Follows the structure of one message; takes 50 MB in about 60 ms and keeps nothing of it but three short texts. */
var EnvelopeScanner = class {
	#depth = 0;
	#root = 0;
	#invalid = false;
	#inString = false;
	/** Most bytes that still belong to an escape. */
	#escape = 0;
	/** The string that is being read is a key. */
	#isKey = false;
	/** What closes the objects and arrays that are open. */
	#closers = [];
	/** The last byte outside of strings and white space. */
	#last = 0;
	#expectsKey = false;
	#key = "";
	/** Bytes of the token of the outermost object that is being read. */
	#token;
	#id;
	#method;
	#hasError = false;
	#hasResult = false;
	/** Whether what has been seen can still become a message. */
	get plausible() {
		return !this.#invalid;
	}
	/**
	* What ends all but the outermost object, if the message can be cut off here and other members follow: in a string that is a value,
	* before its next character, and after a bracket.
	*/
	get ending() {
		if (this.#invalid || this.#root !== openBrace$1 || this.#depth < 1 || this.#depth > maxDepth) return void 0;
		const closers = String.fromCharCode(...this.#closers.slice(1).toReversed());
		if (this.#inString) return this.#escape > 0 || this.#isKey ? void 0 : `"${closers}`;
		const isEmpty = this.#depth === 1 && this.#last === openBrace$1;
		return brackets.includes(this.#last) && !isEmpty ? closers : void 0;
	}
	scan(bytes) {
		const { length } = bytes;
		for (let index = 0; index < length; index++) {
			if (this.#inString) {
				index = this.#scanString(bytes, index);
				continue;
			}
			const byte = bytes[index];
			switch (byte) {
				case quote$1:
					this.#inString = true;
					this.#isKey = this.#last === openBrace$1 || this.#last === comma$1 && this.#closers.at(-1) === closeBrace$1;
					if (this.#depth === 1) this.#token = [quote$1];
					else if (this.#depth === 0) this.#invalid = true;
					break;
				case openBrace$1:
				case openBracket$1:
					this.#open(byte);
					break;
				case closeBrace$1:
				case closeBracket$1:
					if (this.#depth === 1) this.#endValue();
					if (this.#depth <= maxDepth) this.#closers.pop();
					if (--this.#depth < 0) this.#invalid = true;
					break;
				case comma$1:
					if (this.#depth === 1) {
						this.#endValue();
						this.#expectsKey = true;
					}
					break;
				case colon$1:
					if (this.#depth === 1) this.#endKey();
					break;
				case 32:
				case 9:
				case 10:
				case 13: continue;
				default: if (this.#depth === 0) this.#invalid = true;
				else if (this.#depth === 1) this.#append(byte);
			}
			this.#last = byte;
		}
	}
	finish() {
		if (this.#root === 0 && !this.#invalid) return { kind: "blank" };
		if (this.#invalid || this.#depth !== 0) return { kind: "invalid" };
		if (this.#root === openBracket$1) return { kind: "batch" };
		const id = this.#id;
		const method = this.#method;
		if (method !== void 0) return id === void 0 ? {
			kind: "notification",
			method
		} : {
			kind: "request",
			id,
			method
		};
		if (id !== void 0 && (this.#hasError || this.#hasResult)) return {
			kind: "response",
			id,
			isError: this.#hasError
		};
		return { kind: "invalid" };
	}
	/** Reads on in a string; gives the index of the last byte that it took. */
	#scanString(bytes, start) {
		const { length } = bytes;
		let index = start;
		for (; index < length; index++) {
			const byte = bytes[index];
			if (this.#token) this.#append(byte);
			if (this.#escape > 0) this.#escape = this.#escape < escapeLength || byte === letterU ? this.#escape - 1 : 0;
			else if (byte === backslash$1) this.#escape = escapeLength;
			else if (byte === quote$1) {
				this.#inString = false;
				return index;
			}
		}
		return index;
	}
	#open(byte) {
		if (this.#depth === 0) {
			if (this.#root !== 0) this.#invalid = true;
			this.#root = byte;
			this.#expectsKey = byte === openBrace$1;
		}
		this.#depth++;
		if (this.#depth <= maxDepth) this.#closers.push(byte === openBrace$1 ? closeBrace$1 : closeBracket$1);
	}
	#append(byte) {
		this.#token ??= [];
		if (this.#token.length < maxToken) this.#token.push(byte);
	}
	#takeToken() {
		const token = this.#token;
		this.#token = void 0;
		return token && Buffer.from(token).toString();
	}
	#endKey() {
		const token = this.#takeToken();
		if (!this.#expectsKey) return;
		this.#expectsKey = false;
		this.#key = token ?? "";
		if (this.#key === "\"error\"") this.#hasError = true;
		else if (this.#key === "\"result\"") this.#hasResult = true;
	}
	#endValue() {
		const token = this.#takeToken();
		if (token === void 0 || this.#root !== openBrace$1) return;
		if (this.#key === "\"id\"") this.#id = token.startsWith("\"") ? normalized(token) : token;
		else if (this.#key === "\"method\"") this.#method = textOf(token);
		this.#key = "";
	}
};
/** Strings may be written with different escapes. */
function normalized(token) {
	const text = textOf(token);
	return text === void 0 ? token : JSON.stringify(text);
}
function textOf(token) {
	try {
		const value = JSON.parse(token);
		return typeof value === "string" ? value : void 0;
	} catch {
		return;
	}
}
// relay/http.ts
const agents = {
	"http:": new Agent({ keepAlive: true }),
	"https:": new Agent$1({ keepAlive: true })
};
/** HTTP's messages are held as a whole, several times over: they are no longer than that, whatever others may be. */
const maxHeld$1 = 8 << 20;
/** The limit of a message, and the words for one that is longer. */
function tooLongOf(allowed) {
	const maxLength = Math.min(maxHeld$1, allowed);
	return {
		maxLength,
		tooLong: (what) => maxLength < maxHeld$1 ? tooLong(what, maxLength / 2 ** 20) : `${what} is longer than 8 MiB`
	};
}
/** A message as a line of its own: in JSON, line breaks can only be white space. */
function onOneLine(text) {
	for (let at = text.indexOf(10); at >= 0; at = text.indexOf(10, at)) text[at] = 32;
	for (let at = text.indexOf(13); at >= 0; at = text.indexOf(13, at)) text[at] = 32;
	return Buffer.concat([text, Buffer.from("\n")]);
}
// relay/resolver.ts
const known = /* @__PURE__ */ new Map();
const waiting = /* @__PURE__ */ new Map();
/**
* For `connect`: an address that is known is used at once, and asked for again for the next time. So a name server that is
* slow or away holds nobody up, and one name's questions do not take the few threads that Node.js has for them.
*/
const lookup$1 = (host, { all }, callback) => {
	const answer = (error, addresses) => {
		const [first] = addresses;
		if (error || !first) callback(error ?? /* @__PURE__ */ new Error(`no address for ${host}`), "", 0);
		else if (all) callback(null, addresses);
		else callback(null, first.address, first.family);
	};
	const addresses = known.get(host);
	if (addresses) setImmediate(() => answer(null, addresses));
	const others = waiting.get(host);
	if (others && !addresses) others.push(answer);
	if (others) return;
	waiting.set(host, addresses ? [] : [answer]);
	lookup(host, { all: true }, (error, found) => {
		if (!error && found.length > 0) known.set(host, found);
		const answers = waiting.get(host) ?? [];
		waiting.delete(host);
		for (const each of answers) each(error, found ?? []);
	});
};
// node_modules/eventsource-parser/dist/index.js
var ParseError = class extends Error {
	constructor(message, options) {
		super(message), this.name = "ParseError", this.type = options.type, this.field = options.field, this.value = options.value, this.line = options.line;
	}
};
const LF = 10;
const CR = 13;
const SPACE = 32;
function noop(_arg) {}
function createParser(config) {
	if (typeof config == "function") throw new TypeError("`config` must be an object, got a function instead. Did you mean `createParser({onEvent: fn})`?");
	const { onEvent = noop, onError = noop, onRetry = noop, onComment, maxBufferSize } = config, pendingFragments = [];
	let pendingFragmentsLength = 0, isFirstChunk = !0, id, data = "", dataLines = 0, eventType, terminated = !1;
	function feed(chunk) {
		if (terminated) throw new Error("Cannot feed parser: it was terminated after exceeding the configured max buffer size. Call `reset()` to resume parsing.");
		if (isFirstChunk && (isFirstChunk = !1, chunk.charCodeAt(0) === 239 && chunk.charCodeAt(1) === 187 && chunk.charCodeAt(2) === 191 && (chunk = chunk.slice(3))), pendingFragments.length === 0) {
			const trailing2 = processLines(chunk);
			trailing2 !== "" && (pendingFragments.push(trailing2), pendingFragmentsLength = trailing2.length), checkBufferSize();
			return;
		}
		if (chunk.indexOf(`
`) === -1 && chunk.indexOf("\r") === -1) {
			pendingFragments.push(chunk), pendingFragmentsLength += chunk.length, checkBufferSize();
			return;
		}
		pendingFragments.push(chunk);
		const input = pendingFragments.join("");
		pendingFragments.length = 0, pendingFragmentsLength = 0;
		const trailing = processLines(input);
		trailing !== "" && (pendingFragments.push(trailing), pendingFragmentsLength = trailing.length), checkBufferSize();
	}
	function checkBufferSize() {
		maxBufferSize !== void 0 && (pendingFragmentsLength + data.length <= maxBufferSize || (terminated = !0, pendingFragments.length = 0, pendingFragmentsLength = 0, id = void 0, data = "", dataLines = 0, eventType = void 0, onError(new ParseError(`Buffered data exceeded max buffer size of ${maxBufferSize} characters`, { type: "max-buffer-size-exceeded" }))));
	}
	function processLines(chunk) {
		let searchIndex = 0;
		if (chunk.indexOf("\r") === -1) {
			let lfIndex = chunk.indexOf(`
`, searchIndex);
			for (; lfIndex !== -1;) {
				if (searchIndex === lfIndex) {
					dataLines > 0 && onEvent({
						id,
						event: eventType,
						data
					}), id = void 0, data = "", dataLines = 0, eventType = void 0, searchIndex = lfIndex + 1, lfIndex = chunk.indexOf(`
`, searchIndex);
					continue;
				}
				const firstCharCode = chunk.charCodeAt(searchIndex);
				if (isDataPrefix(chunk, searchIndex, firstCharCode)) {
					const valueStart = chunk.charCodeAt(searchIndex + 5) === SPACE ? searchIndex + 6 : searchIndex + 5, value = chunk.slice(valueStart, lfIndex);
					if (dataLines === 0 && chunk.charCodeAt(lfIndex + 1) === LF) {
						onEvent({
							id,
							event: eventType,
							data: value
						}), id = void 0, data = "", eventType = void 0, searchIndex = lfIndex + 2, lfIndex = chunk.indexOf(`
`, searchIndex);
						continue;
					}
					data = dataLines === 0 ? value : `${data}
${value}`, dataLines++;
				} else isEventPrefix(chunk, searchIndex, firstCharCode) ? eventType = chunk.slice(chunk.charCodeAt(searchIndex + 6) === SPACE ? searchIndex + 7 : searchIndex + 6, lfIndex) || void 0 : parseLine(chunk, searchIndex, lfIndex);
				searchIndex = lfIndex + 1, lfIndex = chunk.indexOf(`
`, searchIndex);
			}
			return chunk.slice(searchIndex);
		}
		for (; searchIndex < chunk.length;) {
			const crIndex = chunk.indexOf("\r", searchIndex), lfIndex = chunk.indexOf(`
`, searchIndex);
			let lineEnd = -1;
			if (crIndex !== -1 && lfIndex !== -1 ? lineEnd = crIndex < lfIndex ? crIndex : lfIndex : crIndex !== -1 ? crIndex === chunk.length - 1 ? lineEnd = -1 : lineEnd = crIndex : lfIndex !== -1 && (lineEnd = lfIndex), lineEnd === -1) break;
			parseLine(chunk, searchIndex, lineEnd), searchIndex = lineEnd + 1, chunk.charCodeAt(searchIndex - 1) === CR && chunk.charCodeAt(searchIndex) === LF && searchIndex++;
		}
		return chunk.slice(searchIndex);
	}
	function parseLine(chunk, start, end) {
		if (start === end) {
			dispatchEvent();
			return;
		}
		const firstCharCode = chunk.charCodeAt(start);
		if (isDataPrefix(chunk, start, firstCharCode)) {
			const valueStart = chunk.charCodeAt(start + 5) === SPACE ? start + 6 : start + 5, value2 = chunk.slice(valueStart, end);
			data = dataLines === 0 ? value2 : `${data}
${value2}`, dataLines++;
			return;
		}
		if (isEventPrefix(chunk, start, firstCharCode)) {
			eventType = chunk.slice(chunk.charCodeAt(start + 6) === SPACE ? start + 7 : start + 6, end) || void 0;
			return;
		}
		if (firstCharCode === 105 && chunk.charCodeAt(start + 1) === 100 && chunk.charCodeAt(start + 2) === 58) {
			const value2 = chunk.slice(chunk.charCodeAt(start + 3) === SPACE ? start + 4 : start + 3, end);
			value2.includes("\0") || (id = value2);
			return;
		}
		if (firstCharCode === 58) {
			if (onComment) {
				const line2 = chunk.slice(start, end);
				onComment(line2.slice(chunk.charCodeAt(start + 1) === SPACE ? 2 : 1));
			}
			return;
		}
		const line = chunk.slice(start, end), fieldSeparatorIndex = line.indexOf(":");
		if (fieldSeparatorIndex === -1) {
			processField(line, "", line);
			return;
		}
		const field = line.slice(0, fieldSeparatorIndex), offset = line.charCodeAt(fieldSeparatorIndex + 1) === SPACE ? 2 : 1;
		processField(field, line.slice(fieldSeparatorIndex + offset), line);
	}
	function processField(field, value, line) {
		switch (field) {
			case "event":
				eventType = value || void 0;
				break;
			case "data":
				data = dataLines === 0 ? value : `${data}
${value}`, dataLines++;
				break;
			case "id":
				value.includes("\0") || (id = value);
				break;
			case "retry":
				/^\d+$/.test(value) ? onRetry(parseInt(value, 10)) : onError(new ParseError(`Invalid \`retry\` value: "${value}"`, {
					type: "invalid-retry",
					value,
					line
				}));
				break;
			default: onError(new ParseError(`Unknown field "${field.length > 20 ? `${field.slice(0, 20)}\u2026` : field}"`, {
				type: "unknown-field",
				field,
				value,
				line
			}));
		}
	}
	function dispatchEvent() {
		dataLines > 0 && onEvent({
			id,
			event: eventType,
			data
		}), id = void 0, data = "", dataLines = 0, eventType = void 0;
	}
	function reset(options = {}) {
		if (options.consume && pendingFragments.length > 0) {
			const incompleteLine = pendingFragments.join("");
			parseLine(incompleteLine, 0, incompleteLine.length);
		}
		isFirstChunk = !0, id = void 0, data = "", dataLines = 0, eventType = void 0, pendingFragments.length = 0, pendingFragmentsLength = 0, terminated = !1;
	}
	return {
		feed,
		reset
	};
}
function isDataPrefix(chunk, i, firstCharCode) {
	return firstCharCode === 100 && chunk.charCodeAt(i + 1) === 97 && chunk.charCodeAt(i + 2) === 116 && chunk.charCodeAt(i + 3) === 97 && chunk.charCodeAt(i + 4) === 58;
}
function isEventPrefix(chunk, i, firstCharCode) {
	return firstCharCode === 101 && chunk.charCodeAt(i + 1) === 118 && chunk.charCodeAt(i + 2) === 101 && chunk.charCodeAt(i + 3) === 110 && chunk.charCodeAt(i + 4) === 116 && chunk.charCodeAt(i + 5) === 58;
}
// relay/sse.ts
var SseReader = class {
	/** Where the stream can be resumed: after the last event that has come whole. */
	lastEventId;
	/** How long the server wants us to wait before that. */
	retryMs;
	#decoder = new TextDecoder();
	#parser;
	#isOver = false;
	#endedWithReturn = false;
	constructor(maxLength, { data: onData, tooLong }) {
		this.#parser = createParser({
			maxBufferSize: maxLength,
			onEvent: ({ id, event = "", data }) => {
				this.lastEventId = id ?? this.lastEventId;
				if (data !== "") onData(data, event);
			},
			onRetry: (ms) => this.retryMs = ms,
			onError: ({ type }) => {
				if (type !== "max-buffer-size-exceeded") return;
				this.#isOver = true;
				tooLong();
			}
		});
	}
	push(chunk) {
		let text = this.#decoder.decode(chunk, { stream: true });
		if (this.#isOver || text === "") return;
		if (this.#endedWithReturn && text.startsWith("\n")) text = text.slice(1);
		this.#endedWithReturn = text.endsWith("\r");
		this.#parser.feed(this.#endedWithReturn ? `${text}\n` : text);
	}
};
// relay/http-upstream.ts
/** Time until a stream that the server ended is reopened, unless the server says otherwise. */
const defaultRetryMs = 1e3;
const maxResumes = 5;
/** More of an error's body is not looked at. */
const maxErrorLength = 65536;
var HttpUpstream = class {
	handlers;
	#url;
	#headers;
	#requests = /* @__PURE__ */ new Set();
	#paused = /* @__PURE__ */ new Set();
	#limit;
	#owner;
	#sessionId;
	#protocolVersion;
	#parts = [];
	#partsLength = 0;
	#isPaused = false;
	#over = false;
	#ending = false;
	/** `owner` is what its errors begin with. */
	constructor(url, headers, limits, handlers, owner = "") {
		const { connectTimeoutMs, maxLength } = limits;
		this.#url = url;
		this.#headers = headers;
		this.handlers = handlers;
		this.#limit = tooLongOf(maxLength);
		this.#owner = owner;
		this.#probe(connectTimeoutMs);
	}
	write(bytes, envelope) {
		this.#partsLength += bytes.length;
		if (this.#partsLength <= this.#limit.maxLength) this.#parts.push(bytes);
		if (!envelope) return true;
		const body = Buffer.concat(this.#parts);
		if (this.#partsLength <= this.#limit.maxLength) this.#post(body, envelope);
		else this.#fail(envelope, this.#limit.tooLong("the request"));
		this.#parts = [];
		this.#partsLength = 0;
		return true;
	}
	pause() {
		this.#isPaused = true;
	}
	resume() {
		this.#isPaused = false;
		for (const response of this.#paused) response.resume();
		this.#paused.clear();
	}
	end() {
		this.#ending = true;
		this.#endWhenDone();
	}
	release() {
		this.#sayGoodbye();
		this.#close();
	}
	destroy() {
		this.release();
	}
	/** Whether the server is there: nothing is sent yet. */
	#probe(timeoutMs) {
		const { hostname, port, protocol } = this.#url;
		const defaultPort = protocol === "https:" ? 443 : 80;
		const host = hostname.replace(/^\[|\]$/g, "");
		const socket = connect({
			host,
			port: port === "" ? defaultPort : Number(port),
			timeout: timeoutMs,
			lookup: lookup$1
		});
		socket.once("connect", () => {
			socket.destroy();
			if (!this.#over) this.handlers.connected();
		});
		socket.once("timeout", () => socket.destroy(/* @__PURE__ */ new Error(`no connection within ${timeoutMs / 1e3} s`)));
		socket.once("error", (error) => this.#lose(connectError(error)));
	}
	#post(body, envelope) {
		const request = this.#request("POST", {
			"content-type": "application/json",
			accept: "application/json, text/event-stream"
		}, (response) => {
			const status = response.statusCode ?? 0;
			if (envelope.method === Method.initialize) this.#sessionId = response.headers["mcp-session-id"]?.toString();
			if (envelope.method === Method.initialized) this.#listen(void 0);
			if (status === 404 && this.#sessionId !== void 0) this.#lose({ reason: "the server no longer knows the session" });
			else if (status >= 400) this.#refused(response, envelope);
			else this.#read(response, envelope, 0);
		});
		request.setHeader("content-length", body.length - 1);
		request.end(body.subarray(0, -1));
	}
	/** The stream on which the server speaks of its own accord; not all have one. */
	#listen(lastEventId) {
		if (this.#over) return;
		const headers = {
			accept: "text/event-stream",
			...lastEventId !== void 0 && { "last-event-id": lastEventId }
		};
		this.#request("GET", headers, (response) => {
			const status = response.statusCode ?? 0;
			if (status === 404 && this.#sessionId !== void 0) this.#lose({ reason: "the server no longer knows the session" });
			else if (status !== 200 || !isStream(response)) response.resume();
			else {
				const reader = this.#readStream(response, {
					response: () => void 0,
					tooLong: () => this.#lose({ reason: this.#limit.tooLong("a message") })
				});
				response.once("close", () => this.#later(reader, () => this.#listen(reader.lastEventId)));
			}
		}).end();
	}
	#read(response, envelope, resumes) {
		if (isStream(response)) {
			let answered = envelope.kind !== "request";
			const reader = this.#readStream(response, {
				response: (id) => {
					answered ||= id === envelope.id;
				},
				tooLong: () => {
					answered = true;
					this.#failTooLong(response, envelope);
				}
			});
			response.once("close", () => {
				if (answered || this.#over) this.#endWhenDone();
				else if (reader.lastEventId === void 0 || resumes >= maxResumes) this.#fail(envelope, "the stream ended without an answer");
				else this.#later(reader, () => this.#resumeStream(reader.lastEventId ?? "", envelope, resumes + 1));
			});
			return;
		}
		const chunks = [];
		let length = 0;
		response.on("data", (chunk) => {
			length += chunk.length;
			if (length <= this.#limit.maxLength) chunks.push(chunk);
			else this.#failTooLong(response, envelope);
		});
		response.on("error", () => void 0);
		response.once("close", () => {
			const body = Buffer.concat(chunks);
			if (length > this.#limit.maxLength) return;
			if (!response.complete) this.#fail(envelope, "the answer was cut off");
			else if (body.length > 0) this.#deliver(body);
			this.#endWhenDone();
		});
	}
	#resumeStream(lastEventId, envelope, resumes) {
		if (this.#over) return;
		this.#request("GET", {
			accept: "text/event-stream",
			"last-event-id": lastEventId
		}, (response) => {
			if (response.statusCode === 200 && isStream(response)) this.#read(response, envelope, resumes);
			else this.#refused(response, envelope);
		}).end();
	}
	#readStream(response, events) {
		const reader = new SseReader(this.#limit.maxLength, {
			data: (data, event) => {
				if (event !== "" && event !== "message") return;
				const envelope = this.#deliver(Buffer.from(data));
				if (envelope.kind === "response") events.response(envelope.id);
			},
			tooLong: () => events.tooLong()
		});
		response.on("data", (chunk) => {
			if (response.destroyed) return;
			reader.push(chunk);
			if (!this.#isPaused) return;
			response.pause();
			this.#paused.add(response);
		});
		response.on("error", () => void 0);
		return reader;
	}
	/** Passes a message on. */
	#deliver(text) {
		const scanner = new EnvelopeScanner();
		scanner.scan(text);
		const envelope = scanner.finish();
		if (this.#protocolVersion === void 0 && envelope.kind === "response") {
			const result = parse(text)?.["result"];
			const version = isObject(result) ? result["protocolVersion"] : void 0;
			if (typeof version === "string" && /^[\x21-\x7e]+$/.test(version)) this.#protocolVersion = version;
		}
		if (!this.#over) this.handlers.message(onOneLine(text), envelope);
		return envelope;
	}
	/** An HTTP error: of its body at most a JSON-RPC error is passed on. */
	#refused(response, envelope) {
		const chunks = [];
		let length = 0;
		response.on("data", (chunk) => {
			length += chunk.length;
			if (length <= maxErrorLength) chunks.push(chunk);
			else response.destroy();
		});
		response.on("error", () => void 0);
		response.once("close", () => {
			const error = parse(Buffer.concat(chunks))?.["error"];
			if (isObject(error) && envelope.kind === "request" && envelope.id !== void 0) this.#deliver(errorResponse(envelope.id, error).subarray(0, -1));
			else this.#fail(envelope, `HTTP status ${response.statusCode}`);
		});
	}
	/** The rest of the answer is not read. */
	#failTooLong(response, envelope) {
		if (response.destroyed) return;
		response.destroy();
		this.#fail(envelope, this.#limit.tooLong("the answer"));
	}
	/** The server is there, but has no answer to this request. */
	#fail(envelope, message) {
		if (envelope.kind !== "request" || envelope.id === void 0 || this.#over) return;
		this.#deliver(errorResponse(envelope.id, {
			code: ErrorCode.ConnectionClosed,
			message: `mcpgen: ${this.#owner}${message}`
		}).subarray(0, -1));
		this.#endWhenDone();
	}
	#request(method, headers, onResponse) {
		const isHttps = this.#url.protocol === "https:";
		const request$3 = (isHttps ? request$1 : request)(this.#url, {
			method,
			lookup: lookup$1,
			agent: isHttps ? agents["https:"] : agents["http:"],
			headers: {
				...this.#headers,
				...headers,
				...this.#sessionId !== void 0 && { "mcp-session-id": this.#sessionId },
				...this.#protocolVersion !== void 0 && { "mcp-protocol-version": this.#protocolVersion }
			}
		});
		this.#requests.add(request$3);
		request$3.once("response", onResponse);
		request$3.once("error", (error) => this.#lose(connectError(error)));
		request$3.once("close", () => this.#requests.delete(request$3));
		return request$3;
	}
	#later(reader, action) {
		if (!this.#over) setTimeout(action, reader.retryMs ?? defaultRetryMs).unref();
	}
	/** After `end`, the connection is over when everything is answered; the stream of the server's own words does not count. */
	#endWhenDone() {
		setImmediate(() => {
			const open = [...this.#requests].filter((request) => request.method === "POST");
			if (!this.#ending || open.length > 0) return;
			this.#sayGoodbye();
			this.#lose({ reason: "the connection was closed" });
		});
	}
	#sayGoodbye() {
		if (this.#sessionId === void 0 || this.#over) return;
		this.#request("DELETE", {}, (response) => response.resume()).end();
	}
	#lose(loss) {
		this.#close(loss);
	}
	/** Without a loss, no handler is called. */
	#close(loss) {
		if (this.#over) return;
		this.#over = true;
		for (const request of this.#requests) if (request.method !== "DELETE") request.destroy();
		if (loss) this.handlers.lost(loss);
	}
};
function isStream(response) {
	return response.headers["content-type"]?.startsWith("text/event-stream") === true;
}
// relay/sse-upstream.ts
var SseUpstream = class {
	handlers;
	#url;
	#headers;
	#limit;
	#owner;
	#stream;
	#timer;
	#response;
	/** Where messages are posted to; the stream's first event says so. */
	#endpoint;
	#parts = [];
	#partsLength = 0;
	/** Ids of the requests that wait for an answer. */
	#open = /* @__PURE__ */ new Set();
	#isPaused = false;
	#ending = false;
	#over = false;
	/** `owner` is what its errors begin with. */
	constructor(url, headers, limits, handlers, owner = "") {
		this.handlers = handlers;
		this.#url = url;
		this.#headers = headers;
		this.#limit = tooLongOf(limits.maxLength);
		this.#owner = owner;
		const seconds = limits.connectTimeoutMs / 1e3;
		this.#timer = setTimeout(() => this.#lose({ reason: `no endpoint event within ${seconds} s` }), limits.connectTimeoutMs);
		const reader = new SseReader(this.#limit.maxLength, {
			data: (data, event) => this.#receive(data, event),
			tooLong: () => this.#lose({ reason: this.#limit.tooLong("a message") })
		});
		this.#stream = this.#request(url, { accept: "text/event-stream" }, "GET", (response) => {
			this.#response = response;
			if (response.statusCode !== 200) this.#lose({ reason: `HTTP status ${response.statusCode}` });
			response.on("data", (chunk) => {
				reader.push(chunk);
				if (this.#isPaused) response.pause();
			});
			response.on("error", () => void 0);
			response.once("close", () => this.#lose({ reason: "the connection was closed" }));
		});
		this.#stream.once("error", (error) => this.#lose(connectError(error)));
		this.#stream.end();
	}
	write(bytes, envelope) {
		this.#partsLength += bytes.length;
		if (this.#partsLength <= this.#limit.maxLength) this.#parts.push(bytes);
		if (!envelope) return true;
		const body = Buffer.concat(this.#parts);
		if (this.#partsLength > this.#limit.maxLength) this.#fail(envelope, this.#limit.tooLong("the request"));
		else if (this.#endpoint) this.#post(this.#endpoint, body, envelope);
		this.#parts = [];
		this.#partsLength = 0;
		return true;
	}
	pause() {
		this.#isPaused = true;
	}
	resume() {
		this.#isPaused = false;
		this.#response?.resume();
	}
	end() {
		this.#ending = true;
		this.#endWhenDone();
	}
	release() {
		this.#over = true;
		clearTimeout(this.#timer);
		this.#stream.destroy();
	}
	destroy() {
		this.release();
	}
	#post(endpoint, body, envelope) {
		if (envelope.kind === "request" && envelope.id !== void 0) this.#open.add(envelope.id);
		const headers = {
			"content-type": "application/json",
			"content-length": String(body.length)
		};
		const post = this.#request(endpoint, headers, "POST", (response) => {
			const status = response.statusCode ?? 0;
			response.on("error", () => void 0);
			response.resume();
			if (status >= 400) this.#fail(envelope, `HTTP status ${status}`);
		});
		post.once("error", (error) => this.#lose(connectError(error)));
		post.end(body);
	}
	#request(url, own, method, answered) {
		const isHttps = url.protocol === "https:";
		const headers = {
			...this.#headers,
			...own
		};
		const agent = method === "GET" ? false : isHttps ? agents["https:"] : agents["http:"];
		return (isHttps ? request$1 : request)(url, {
			method,
			headers,
			lookup: lookup$1,
			agent
		}, answered);
	}
	#receive(data, event) {
		if (this.#over) return;
		if (event === "endpoint") this.#begin(data);
		else if (event === "" || event === "message") this.#deliver(Buffer.from(data));
	}
	/** Headers, which may be secrets, go to no other place than the one that the configuration names. */
	#begin(data) {
		const endpoint = URL.canParse(data, this.#url.href) ? new URL(data, this.#url) : void 0;
		if (endpoint?.origin !== this.#url.origin) {
			this.#lose({ reason: "its message endpoint has another host or port than its URL" });
			return;
		}
		const isFirst = this.#endpoint === void 0;
		this.#endpoint = endpoint;
		clearTimeout(this.#timer);
		if (isFirst) this.handlers.connected();
	}
	#deliver(text) {
		const scanner = new EnvelopeScanner();
		scanner.scan(text);
		const envelope = scanner.finish();
		this.handlers.message(onOneLine(text), envelope);
		if (envelope.kind === "response" && envelope.id !== void 0) this.#open.delete(envelope.id);
		this.#endWhenDone();
	}
	#endWhenDone() {
		if (this.#ending && this.#open.size === 0) setImmediate(() => this.#lose({ reason: "the connection was closed" }));
	}
	/** The server is there, but has no answer to this request. */
	#fail({ kind, id }, message) {
		if (kind !== "request" || id === void 0 || this.#over) return;
		const error = {
			code: ErrorCode.ConnectionClosed,
			message: `mcpgen: ${this.#owner}${message}`
		};
		this.#deliver(errorResponse(id, error).subarray(0, -1));
	}
	#lose(loss) {
		if (this.#over) return;
		this.release();
		this.handlers.lost(loss);
	}
};
// relay/warm.ts
/** Most that a server may send before it is used; a connection with more is closed. */
const maxBacklog = 65536;
/** How long a server that waits for an answer may be handed over; later it may have given up. */
const maxRequestAgeMs = 5e3;
/** Time for the answer to a ping; a server without one counts as slow, or as one that does not support pings. */
const maxPingMs = 1e3;
const handshakeId = ownId("handshake");
/**
* `notifications/initialized` is not sent ahead: until then a server may send nothing but pings and log messages, so that
* nothing of what it does for its client happens before there is one. A ping is answered here, log messages are kept.
*/
var WarmConnection = class {
	upstream;
	/** What the server said since its answer, in order. */
	backlog = [];
	/** JSON text of the result of the handshake. */
	result;
	/** How it was lost, if that was after it had an owner. */
	loss;
	handshakeSeconds = 0;
	openedAt = Date.now();
	#state = "connecting";
	#handshake;
	#events;
	#timeoutMs;
	#timer;
	#startedAt = 0;
	#backlogLength = 0;
	#oldestRequestAt;
	#pinged;
	constructor(open, timeoutMs, events) {
		this.#timeoutMs = timeoutMs;
		this.#events = events;
		this.upstream = open(this);
	}
	get state() {
		return this.#state;
	}
	/** The handshake that was done, or is under way. */
	get handshake() {
		return this.#handshake;
	}
	/** Whether nothing that the server has said would come too late for its user. */
	get fresh() {
		return this.#oldestRequestAt === void 0 || Date.now() - this.#oldestRequestAt < maxRequestAgeMs;
	}
	/** Sends the request that begins a session; the connection must be `connected`. */
	shake(handshake) {
		this.#state = "handshaking";
		this.#handshake = handshake;
		this.#startedAt = Date.now();
		const method = opening(handshake);
		this.upstream.write(request$2(handshakeId, method, handshake.params), {
			kind: "request",
			id: handshakeId,
			method
		});
		this.#timer = setTimeout(() => this.giveUp({ reason: `no answer to ${method} within ${this.#timeoutMs / 1e3} s` }), this.#timeoutMs);
	}
	giveUp(loss) {
		this.upstream.destroy();
		this.lost(loss);
	}
	/** Takes it out of use: from now on its new owner gets all events. */
	leave() {
		clearTimeout(this.#timer);
		this.#state = "gone";
	}
	/**
	* Whether the process lives, as far as an answer shows: its end may not have been noticed yet. Only after `initialized`, where that is
	* sent; the new protocol has no ping.
	*/
	isAlive() {
		if (this.loss !== void 0) return Promise.resolve(false);
		return new Promise((resolve) => {
			const timer = setTimeout(() => resolve(true), maxPingMs);
			this.#pinged = (isAlive) => {
				clearTimeout(timer);
				resolve(isAlive);
			};
			const isModern = this.#handshake?.era === "modern";
			const method = isModern ? Method.discover : Method.ping;
			const bytes = request$2(pingId, method, isModern ? this.#handshake?.params : void 0);
			this.upstream.write(bytes, {
				kind: "request",
				id: pingId,
				method
			});
		});
	}
	connected() {
		this.#state = "connected";
		this.#events.progress(this);
	}
	message(bytes, envelope) {
		if (envelope.kind === "response" && envelope.id === handshakeId && this.#state === "handshaking") this.#answered(bytes);
		else if (envelope.kind === "response" && envelope.id === pingId) this.#pinged?.(true);
		else if (envelope.kind === "request" && envelope.method === Method.ping && envelope.id !== void 0) this.upstream.write(resultResponse(envelope.id, "{}"), {
			kind: "response",
			id: envelope.id
		});
		else if (envelope.kind !== "invalid") this.#keep(bytes, envelope);
	}
	part() {
		this.giveUp({ reason: "the server sent more than 1 MiB before it was used" });
	}
	drain() {}
	lost(loss) {
		if (this.#state === "gone") {
			this.loss ??= loss;
			this.#pinged?.(false);
			return;
		}
		clearTimeout(this.#timer);
		const before = this.#state;
		this.#state = "gone";
		this.#events.failed(this, before, loss);
	}
	#answered(bytes) {
		const answer = parse(bytes);
		if (!isObject(answer?.["result"])) {
			const error = answer?.["error"];
			const words = isObject(error) ? printable(String(error["message"])) : "";
			const method = this.#handshake && opening(this.#handshake);
			this.giveUp({
				reason: `the server refused ${method}: ${words}`,
				isRefusal: true
			});
			return;
		}
		clearTimeout(this.#timer);
		this.result = JSON.stringify(answer["result"]);
		this.handshakeSeconds = (Date.now() - this.#startedAt) / 1e3;
		this.#state = "ready";
		this.#events.progress(this);
	}
	#keep(bytes, envelope) {
		if (envelope.kind === "request") this.#oldestRequestAt ??= Date.now();
		this.#backlogLength += bytes.length;
		if (this.#backlogLength > maxBacklog) this.giveUp({ reason: "the server sent too much before it was used" });
		else this.backlog.push({
			bytes,
			envelope
		});
	}
};
// relay/gateway-client.ts
const timeoutMs$1 = 1e4;
const handshake = {
	era: "legacy",
	key: "mcpgen-relay",
	params: JSON.stringify({
		protocolVersion: "2025-06-18",
		capabilities: {},
		clientInfo: {
			name: "mcpgen-relay",
			version: "1"
		}
	})
};
var GatewayClient = class GatewayClient {
	#upstream;
	#waiting = /* @__PURE__ */ new Map();
	#lost;
	constructor(upstream) {
		this.#upstream = upstream;
		upstream.handlers = {
			connected: () => void 0,
			drain: () => void 0,
			part: () => void 0,
			message: (bytes, { kind, id = "" }) => {
				const error = kind === "response" ? parse(bytes)?.["error"] : void 0;
				this.#waiting.get(id)?.(isObject(error) ? String(error["message"]) : void 0);
			},
			lost: (loss) => {
				this.#lost = loss;
				for (const answer of this.#waiting.values()) answer(loss.reason);
			}
		};
	}
	/** Opens a session, or rejects. */
	static async open({ url, transport, headers }) {
		const limits = {
			connectTimeoutMs: timeoutMs$1,
			maxLength: Infinity
		};
		const Transport = transport === "sse" ? SseUpstream : HttpUpstream;
		const dial = (handlers) => new Transport(url, headers, limits, handlers);
		const upstream = await new Promise((resolve, reject) => {
			const connection = new WarmConnection(dial, timeoutMs$1, {
				progress: ({ state }) => {
					if (state === "connected") {
						connection.shake(handshake);
						return;
					}
					connection.leave();
					resolve(connection.upstream);
				},
				failed: (_, __, { reason }) => reject(new Error(reason))
			});
		});
		upstream.write(notification(Method.initialized), {
			kind: "notification",
			method: Method.initialized
		});
		return new GatewayClient(upstream);
	}
	/** Asks for something by its name; gives the error, if that is the answer. `mark` goes along to the server that has it. */
	ask({ kind, id: name }, mark) {
		if (this.#lost) return Promise.resolve(this.#lost.reason);
		const id = ownId(mark);
		const named = kind === "resource" ? { uri: name } : {
			name,
			...kind === "tool" && { arguments: {} }
		};
		const method = {
			tool: Method.toolsCall,
			prompt: Method.promptsGet,
			resource: Method.resourcesRead
		}[kind];
		const message = `{"jsonrpc":"2.0","id":${id},"method":"${method}","params":${JSON.stringify({
			...named,
			_meta: { "mcpgen/mark": mark }
		})}}\n`;
		this.#upstream.write(Buffer.from(message), {
			kind: "request",
			id,
			method
		});
		return new Promise((resolve) => {
			const timer = setTimeout(() => resolve("no answer"), timeoutMs$1);
			this.#waiting.set(id, (error) => {
				clearTimeout(timer);
				this.#waiting.delete(id);
				resolve(error);
			});
		});
	}
	close() {
		this.#upstream.release();
	}
};
// relay/refresh.ts
/** Servers that come at about the same time are listed together. */
const settleMs = 300;
/** The gateway ignores a notification while it still acts on one; it has its lists by then, and registers what is in them. */
const pauseMs = 200;
const firstRetryMs$1 = 1e3;
const maxRetryMs$1 = 3e4;
var Refresh = class {
	#context;
	#errands = /* @__PURE__ */ new Map();
	#timer;
	#isRunning = false;
	#failures = 0;
	#closed = false;
	constructor(context) {
		this.#context = context;
		for (const outcome of ["ok", "failed"]) this.#count(outcome, 0);
	}
	get isPossible() {
		return this.#context.gateway !== void 0;
	}
	/** The gateway's lists may be out of date. */
	request() {
		if (this.#context.gateway && !this.#isRunning) this.#later(settleMs);
	}
	/** Whether a request for the server is the relay's own; `reply` answers it, when the gateway has listed the server. */
	isOwn(server, request, reply) {
		const errand = this.#errands.get(server);
		if (!errand || !request.includes(errand.mark)) return false;
		errand.reply = reply;
		return true;
	}
	/** The gateway has been given all lists of the server. */
	answered(server) {
		this.#errands.get(server)?.listed();
	}
	close() {
		this.#closed = true;
		clearTimeout(this.#timer);
	}
	#later(delayMs) {
		if (this.#closed) return;
		clearTimeout(this.#timer);
		this.#timer = setTimeout(() => void this.#run(), delayMs);
	}
	async #run() {
		const { gateway, listings, log, isHealthy } = this.#context;
		const stale = listings.stale();
		if (!gateway || stale.length === 0 || this.#isRunning) return;
		this.#isRunning = true;
		let problem;
		const isUp = await isHealthy() !== false;
		if (isUp) problem = await this.#refresh(gateway).catch((error) => error.message);
		this.#isRunning = false;
		const left = listings.stale().filter((server) => !isUp || stale.includes(server));
		if (isUp) {
			this.#count(left.length === 0 ? "ok" : "failed", 1);
			const names = stale.join(", ");
			if (left.length === 0) log.info("the gateway listed the servers again", { servers: names });
			else if (this.#failures === 0) log.warn("the gateway did not list the servers again", {
				servers: names,
				reason: problem
			});
			this.#failures = left.length === 0 ? 0 : this.#failures + 1;
		}
		if (left.length === 0) this.request();
		else this.#later(Math.min(maxRetryMs$1, firstRetryMs$1 * 2 ** this.#failures));
	}
	/** Returns what prevented the gateway from it, if anything did. */
	async #refresh(gateway) {
		const { listings } = this.#context;
		const client = await GatewayClient.open(gateway);
		let problem;
		try {
			for (const server of listings.stale()) {
				if (!listings.hasOutdated(server)) continue;
				listings.giveOnlyKept(server, true);
				problem = await this.#list(client, server).finally(() => listings.giveOnlyKept(server, false)) ?? problem;
			}
			for (const server of listings.stale()) problem = await this.#list(client, server) ?? problem;
		} finally {
			client.close();
		}
		return problem;
	}
	async #list(client, server) {
		let problem;
		for (const way of this.#context.listings.ways(server)) {
			const mark = randomUUID();
			let isListed = false;
			const answer = client.ask(way, mark);
			const listed = new Promise((resolve) => {
				const errand = {
					mark: Buffer.from(mark),
					reply: void 0,
					listed: () => {
						isListed = true;
						resolve();
					}
				};
				this.#errands.set(server, errand);
			});
			problem = await Promise.race([answer, listed.then(() => void 0)]);
			const reply = this.#errands.get(server)?.reply;
			this.#errands.delete(server);
			reply?.();
			if (isListed) {
				await new Promise((resolve) => setTimeout(resolve, pauseMs));
				return;
			}
			if (reply) return `server ${server}: the gateway got the notification but did not request its lists; restart the gateway if this continues`;
		}
		return `server ${server}: ${problem ?? "the gateway did not request its lists"}`;
	}
	#count(outcome, amount) {
		this.#context.metrics.counter("mcpgen_relay_refreshes_total", "Times that the relay had the gateway list servers again.", { outcome }).add(amount);
	}
};
// relay/call-log.ts
/** `request` is the id that the gateway gave the call; `traceId` is the client's. */
function callFields({ id, method, tool, outcome, arrivedAt, endedAt, sent, traceparent }) {
	const seconds = (from, to) => Math.round(to - from) / 1e3;
	return {
		request: id,
		method,
		tool: tool === void 0 ? void 0 : printable(tool),
		outcome,
		seconds: seconds(arrivedAt, endedAt),
		waited: seconds(arrivedAt, sent?.at ?? endedAt),
		process: sent?.origin,
		traceId: traceparent?.split("-")[1]
	};
}
// relay/eras.ts
var Eras = class {
	#known;
	/** Over HTTP, the new protocol has headers that the relay does not write. */
	#canAsk;
	/** Missing: not known yet. */
	#speaks = {};
	constructor(known, canAsk) {
		this.#known = known;
		this.#canAsk = canAsk;
	}
	get speaksModern() {
		return this.#speaks.modern === true;
	}
	get isModernOnly() {
		return this.#speaks.legacy === false && this.#speaks.modern === true;
	}
	/** The handshake that is done ahead. */
	get kept() {
		const isModern = this.#speaks.modern === true && (this.#known.asksModern || this.#speaks.legacy === false);
		return this.#known.current(isModern ? "modern" : "legacy");
	}
	/** What remains to be asked on a process of its own: whether the server speaks the new protocol, if that matters. */
	get question() {
		const { legacy, modern } = this.#speaks;
		const matters = legacy === false || legacy === true && this.#known.asksModern;
		return this.#canAsk && modern === void 0 && matters ? this.#known.current("modern") : void 0;
	}
	/** Whether it does not speak the old protocol, as far as is known. */
	get refusesLegacy() {
		return this.#speaks.legacy === false;
	}
	answered({ era }, speaks) {
		this.#speaks[era] = speaks;
	}
	/** The server may have been replaced: protocols that it did not support are tried again. */
	doubt() {
		for (const era of ["legacy", "modern"]) if (this.#speaks[era] === false) delete this.#speaks[era];
	}
};
// relay/no-upstream.ts
var NoUpstream = class {
	handlers;
	#timer;
	constructor(loss, handlers) {
		this.handlers = handlers;
		this.#timer = setImmediate(() => this.handlers.lost(loss));
	}
	write() {
		return true;
	}
	pause() {}
	resume() {}
	end() {
		this.release();
	}
	release() {
		clearImmediate(this.#timer);
	}
	destroy() {
		this.release();
	}
};
// relay/lister.ts
const firstRetryMs = 1e3;
const maxRetryMs = 6e4;
var Lister = class {
	#timeoutMs;
	#events;
	#wants = true;
	#attempts = 0;
	/** Fingerprint of the last lists that it reported. */
	#print;
	#timer;
	constructor(timeoutMs, events) {
		this.#timeoutMs = timeoutMs;
		this.#events = events;
	}
	/** Whether it is to be given the next connection whose handshake is done. */
	get wants() {
		return this.#wants;
	}
	/** Whether it has tried and failed. */
	get hasFailed() {
		return this.#attempts > 0;
	}
	/** What the server offers may be something else from now on. */
	look() {
		clearTimeout(this.#timer);
		this.#wants = true;
		this.#events.wanted();
	}
	/** Uses the connection, and lets it go. */
	async use({ upstream, handshake }) {
		this.#wants = false;
		try {
			const lists = await listAll(upstream, handshake, this.#timeoutMs);
			this.#attempts = 0;
			const print = createHash("sha256").update(JSON.stringify(lists)).digest("hex");
			if (print !== this.#print) this.#events.listed(lists);
			this.#print = print;
		} catch (error) {
			const delayMs = Math.min(maxRetryMs, firstRetryMs * 2 ** this.#attempts++);
			this.#events.failed({ reason: error.message });
			this.#timer = setTimeout(() => this.look(), delayMs);
		} finally {
			upstream.release();
		}
	}
	close() {
		clearTimeout(this.#timer);
	}
};
async function listAll(upstream, handshake, timeoutMs) {
	const isModern = handshake?.era === "modern";
	const answers = /* @__PURE__ */ new Map();
	let fail = () => void 0;
	const failed = new Promise((_, reject) => {
		fail = (reason) => reject(new Error(reason));
	});
	failed.catch(() => void 0);
	upstream.handlers = {
		connected: () => void 0,
		drain: () => void 0,
		part: () => fail("an answer to a list request is longer than 1 MiB"),
		lost: ({ reason }) => fail(reason),
		message: (bytes, { kind, id = "", method }) => {
			if (kind === "response") answers.get(id)?.(bytes);
			else if (method === Method.ping) upstream.write(resultResponse(id, "{}"), {
				kind: "response",
				id
			});
		}
	};
	const timer = setTimeout(() => fail(`no answer to a list request within ${timeoutMs / 1e3} s`), timeoutMs);
	const list = (kind) => {
		const id = ownId(kind);
		const { method } = kindFacts[kind];
		const answer = new Promise((resolve) => answers.set(id, resolve));
		upstream.write(request$2(id, method, isModern ? handshake.params : void 0), {
			kind: "request",
			id,
			method
		});
		return Promise.race([answer, failed]);
	};
	try {
		if (!isModern) upstream.write(notification(Method.initialized), {
			kind: "notification",
			method: Method.initialized
		});
		const lists = {};
		for (const kind of kinds$1) lists[kind] = readList(kind, await list(kind)) ?? [];
		return lists;
	} finally {
		clearTimeout(timer);
	}
}
// relay/alarm.ts
var Alarm = class {
	#action;
	#timer;
	#at = 0;
	constructor(action) {
		this.#action = action;
	}
	set(delayMs) {
		const at = Date.now() + delayMs;
		if (this.#timer && this.#at <= at) return;
		clearTimeout(this.#timer);
		this.#at = at;
		this.#timer = setTimeout(() => {
			this.#timer = void 0;
			this.#action();
		}, delayMs);
	}
	stop() {
		clearTimeout(this.#timer);
	}
};
// relay/places.ts
const quote = 34;
const backslash = 92;
const colon = 58;
const comma = 44;
const openBrace = 123;
const openBracket = 91;
const closeBrace = 125;
const closeBracket = 93;
/** Where the value of this path of keys stands in a valid JSON object; of two members of one name the last one counts. */
function placeOf(bytes, path) {
	let place = {
		from: skipSpace(bytes, 0),
		to: bytes.length
	};
	for (const key of path) {
		if (bytes[place.from] !== openBrace) return void 0;
		place = memberOf(bytes, place.from + 1, key);
		if (!place) return void 0;
	}
	return place;
}
/** The text of the value of this path; undefined: there is none. */
function textAt(bytes, path) {
	const place = placeOf(bytes, path);
	return place && bytes.toString("utf8", place.from, place.to);
}
/** The message with another value, given as JSON text, at this path; the same message if there is none. */
function replaceAt(bytes, path, text) {
	const place = placeOf(bytes, path);
	if (!place) return bytes;
	return Buffer.concat([
		bytes.subarray(0, place.from),
		Buffer.from(text),
		bytes.subarray(place.to)
	]);
}
/** Of the object whose first member may begin at `start`. */
function memberOf(bytes, start, key) {
	let found;
	let at = skipSpace(bytes, start);
	while (bytes[at] === quote) {
		const end = endOfString(bytes, at);
		const isKey = nameOf(bytes.toString("utf8", at, end)) === key;
		at = skipSpace(bytes, end);
		if (bytes[at] !== colon) return void 0;
		const from = skipSpace(bytes, at + 1);
		const to = endOfValue(bytes, from);
		if (isKey) found = {
			from,
			to
		};
		at = skipSpace(bytes, to);
		if (bytes[at] !== comma) break;
		at = skipSpace(bytes, at + 1);
	}
	return found;
}
function nameOf(token) {
	if (!token.includes("\\")) return token.slice(1, -1);
	try {
		return JSON.parse(token);
	} catch {
		return "";
	}
}
function endOfValue(bytes, from) {
	let depth = 0;
	for (let at = from; at < bytes.length;) {
		const byte = bytes[at];
		if (byte === quote) {
			at = endOfString(bytes, at);
			if (depth === 0) return at;
			continue;
		}
		if (byte === openBrace || byte === openBracket) depth++;
		else if (byte === closeBrace || byte === closeBracket) {
			if (depth === 0) return at;
			if (--depth === 0) return at + 1;
		} else if (depth === 0 && (byte === comma || isSpace(byte))) return at;
		at++;
	}
	return bytes.length;
}
/** After the closing quote of the string that begins at `from`. */
function endOfString(bytes, from) {
	for (let at = from + 1; at < bytes.length; at++) {
		const byte = bytes[at];
		if (byte === backslash) at++;
		else if (byte === quote) return at + 1;
	}
	return bytes.length;
}
function skipSpace(bytes, from) {
	let at = from;
	while (isSpace(bytes[at])) at++;
	return at;
}
function isSpace(byte) {
	return byte === 32 || byte === 9 || byte === 10 || byte === 13;
}
// relay/shared-process.ts
const tokenPath = [
	"params",
	"_meta",
	"progressToken"
];
/** Where a notification of the server says which request it belongs to. */
const ownerPaths = [
	["params", "progressToken"],
	[
		"params",
		"_meta",
		subscriptionKey
	],
	["params", "requestId"]
];
var SharedProcess = class {
	#upstream;
	#maxLength;
	#events;
	#members = /* @__PURE__ */ new Set();
	/** Requests without an answer, by the JSON text of the id that the server has for them. */
	#calls = /* @__PURE__ */ new Map();
	#nextId = 1;
	/** Pieces of a long message of the server. */
	#pieces = [];
	#isOver = false;
	isSuspect = false;
	constructor(upstream, maxLength, events) {
		this.#upstream = upstream;
		this.#maxLength = maxLength;
		this.#events = events;
		upstream.handlers = this;
	}
	get members() {
		return this.#members.size;
	}
	/** Requests that wait for an answer, of one member or of all; those to listen do not. */
	calls(member) {
		let count = 0;
		for (const call of this.#calls.values()) if (!call.isListen && (member === void 0 || call.member === member)) count++;
		return count;
	}
	join(member) {
		this.#members.add(member);
	}
	/** Nobody waits for its answers any more. */
	leave(member) {
		for (const [id, call] of this.#calls) if (call.member === member) this.#cancel(id);
		if (this.#members.delete(member) && this.#members.size === 0 && !this.#isOver) this.#events.left();
	}
	/** False: wait for `drain` before writing more. */
	send(member, bytes, envelope) {
		const { kind, method } = envelope;
		if (kind === "request") return this.#ask(member, bytes, envelope);
		if (method !== Method.cancelled) return this.#upstream.write(bytes, envelope);
		const own = textAt(bytes, ["params", "requestId"]);
		const [id] = [...this.#calls].find(([, call]) => call.member === member && call.id === own) ?? [];
		if (id === void 0) return true;
		this.#calls.delete(id);
		return this.#upstream.write(replaceAt(bytes, ["params", "requestId"], id), envelope);
	}
	/** Whether the process lives, as far as an answer shows; one that is slow is taken to. */
	isAlive({ params }) {
		if (this.#isOver) return Promise.resolve(false);
		return new Promise((resolve) => {
			const finish = (isAlive) => {
				clearTimeout(timer);
				this.leave(member);
				resolve(isAlive);
			};
			const member = {
				receive: () => finish(true),
				drain: () => void 0,
				lost: () => finish(false)
			};
			const timer = setTimeout(() => finish(true), maxPingMs);
			this.#members.add(member);
			const envelope = {
				kind: "request",
				id: pingId,
				method: Method.discover
			};
			this.send(member, request$2(pingId, Method.discover, params), envelope);
		});
	}
	release() {
		this.#isOver = true;
		this.#upstream.release();
	}
	connected() {}
	drain() {
		for (const member of this.#members) member.drain();
	}
	lost(loss) {
		this.#isOver = true;
		this.#events.lost();
		for (const member of this.#members) member.lost(loss);
	}
	/** Held until it is whole: before that, it cannot be known whose it is. */
	part(bytes, envelope) {
		this.#pieces.push(bytes);
		if (!envelope) return;
		const whole = Buffer.concat(this.#pieces);
		this.#pieces = [];
		this.message(whole, envelope);
	}
	message(bytes, envelope) {
		const { kind, id } = envelope;
		if (kind === "response") this.#answer(bytes, envelope);
		else if (kind === "notification") this.#notify(bytes, envelope);
		else if (kind === "request" && id !== void 0) this.#upstream.write(errorResponse(id, noRequests), {
			kind: "response",
			id
		});
		else if (envelope.overlong === void 0) this.#events.dropped();
		else this.#giveUp(tooLong("a message", this.#maxLength / 2 ** 20));
	}
	/** What still comes of the message cannot be distinguished from the next one. */
	#giveUp(reason) {
		this.#upstream.destroy();
		this.lost({ reason });
	}
	#ask(member, bytes, envelope) {
		const own = textAt(bytes, ["id"]);
		if (own === void 0) return true;
		const id = String(this.#nextId++);
		const token = textAt(bytes, tokenPath);
		this.#calls.set(id, {
			member,
			id: own,
			token,
			isListen: envelope.method === Method.listen
		});
		const text = replaceAt(replaceAt(bytes, ["id"], id), tokenPath, id);
		return this.#upstream.write(text, {
			...envelope,
			id
		});
	}
	#answer(bytes, envelope) {
		const call = this.#calls.get(envelope.id ?? "");
		if (!call) return;
		this.#calls.delete(envelope.id ?? "");
		const own = {
			...envelope,
			id: call.id
		};
		if (envelope.overlong !== void 0) call.member.receive(Buffer.alloc(0), own);
		else if (placeOf(bytes, ["id"])) call.member.receive(replaceAt(bytes, ["id"], call.id), own);
	}
	#notify(bytes, envelope) {
		for (const path of ownerPaths) {
			const id = textAt(bytes, path);
			if (id === void 0) continue;
			const call = this.#calls.get(id);
			const own = path === ownerPaths[0] ? call?.token : call?.id;
			if (call && own !== void 0) call.member.receive(replaceAt(bytes, path, own), envelope);
			return;
		}
		const members = new Set([...this.#calls.values()].filter(({ isListen }) => !isListen).map(({ member }) => member));
		if (members.size === 1) for (const member of members) member.receive(bytes, envelope);
	}
	#cancel(id) {
		this.#calls.delete(id);
		if (this.#isOver) return;
		const text = `{"jsonrpc":"2.0","method":"${Method.cancelled}","params":{"requestId":${id}}}\n`;
		this.#upstream.write(Buffer.from(text), {
			kind: "notification",
			method: Method.cancelled
		});
	}
};
const noRequests = {
	code: ErrorCode.MethodNotFound,
	message: "method not found"
};
const newline = 10;
var Framer = class {
	#sink;
	#maxLength;
	#scanner = new EnvelopeScanner();
	#held = [];
	#heldLength = 0;
	#streaming = false;
	/** Of the message so far. */
	#length = 0;
	/** The message is too long, and what still comes of it is not passed on. */
	#isCut = false;
	/**
	* A message longer than `maxLength` is cut off: what was passed on of it is made a JSON object but for its last brace, and the sink
	* completes it when it gets the envelope.
	*/
	constructor(sink, maxLength = Infinity) {
		this.#sink = sink;
		this.#maxLength = maxLength;
	}
	push(chunk) {
		let start = 0;
		while (start < chunk.length) {
			const at = chunk.indexOf(newline, start);
			const piece = chunk.subarray(start, at < 0 ? chunk.length : at + 1);
			start += piece.length;
			this.#length += piece.length;
			if (this.#streaming && !this.#isCut && this.#length > this.#maxLength) this.#cut(piece);
			else this.#scanner.scan(piece);
			if (at < 0) this.#hold(piece);
			else this.#complete(piece);
		}
	}
	/** The connection has ended: what is there may be a last message without a newline. */
	end() {
		if (this.#streaming || this.#heldLength > 0) this.#complete(Buffer.from("\n"));
	}
	#hold(piece) {
		if (this.#streaming) {
			this.#passOn(piece);
			return;
		}
		this.#held.push(piece);
		this.#heldLength += piece.length;
		if (this.#heldLength <= 1048576) return;
		const bytes = this.#takeHeld();
		this.#streaming = true;
		this.#passOn(bytes);
	}
	#passOn(bytes) {
		if (this.#isCut || !this.#scanner.plausible) return;
		this.#sink.part(bytes, void 0);
		if (this.#length > this.#maxLength + 1048576) this.#sink.part(Buffer.alloc(0), {
			kind: "invalid",
			overlong: this.#length
		});
	}
	/** Passes the piece on up to the first place where the message can be ended, and its end. */
	#cut(piece) {
		for (let at = 0; at < piece.length; at++) {
			const ending = isWithinCharacter(piece[at]) ? void 0 : this.#scanner.ending;
			if (ending !== void 0) {
				this.#sink.part(Buffer.concat([piece.subarray(0, at), Buffer.from(ending)]), void 0);
				this.#isCut = true;
				this.#scanner.scan(piece.subarray(at));
				return;
			}
			this.#scanner.scan(piece.subarray(at, at + 1));
		}
	}
	#complete(piece) {
		const envelope = this.#scanner.finish();
		const overlong = this.#length;
		const isCut = this.#isCut;
		this.#scanner = new EnvelopeScanner();
		this.#length = 0;
		this.#isCut = false;
		if (this.#streaming) {
			this.#streaming = false;
			if (isCut) this.#sink.part(Buffer.alloc(0), {
				...envelope,
				overlong
			});
			else this.#sink.part(piece, envelope);
			return;
		}
		this.#held.push(piece);
		const bytes = this.#takeHeld();
		if (envelope.kind !== "blank") this.#sink.message(bytes, envelope);
	}
	#takeHeld() {
		const [first] = this.#held;
		const bytes = this.#held.length === 1 && first ? first : Buffer.concat(this.#held);
		this.#held = [];
		this.#heldLength = 0;
		return bytes;
	}
};
/** Whether UTF-8 has this byte only after the first one of a character. */
function isWithinCharacter(byte) {
	return (byte & 192) === 128;
}
// relay/shared-upstream.ts
/** An answer that is too long begins like this, and is completed as an error. */
const beginning = Buffer.from("{\"jsonrpc\":\"2.0\"");
const continuation = "\"requestState\"";
const listenEnvelope$1 = {
	kind: "request",
	method: Method.listen
};
const nobody = {
	connected: () => void 0,
	message: () => void 0,
	part: () => void 0,
	drain: () => void 0,
	lost: () => void 0
};
var SharedUpstream = class {
	handlers = nobody;
	#process;
	#next;
	#maxLength;
	/** Requests to listen, by their ids: each process that the session gets has to hear them. */
	#listens = /* @__PURE__ */ new Map();
	/** Pieces of a long message of the gateway. */
	#pieces = [];
	#length = 0;
	#isPaused = false;
	/** Bytes that were passed on while the gateway did not read. */
	#unread = 0;
	#isEnding = false;
	#isOver = false;
	loss;
	/** `next` says which process a call of the session goes to. */
	constructor(process, next, maxLength) {
		this.#process = process;
		this.#next = next;
		this.#maxLength = maxLength;
		process.join(this);
	}
	write(bytes, envelope) {
		this.#length += bytes.length;
		if (this.#length <= this.#maxLength) this.#pieces.push(bytes);
		if (!envelope) return true;
		const length = this.#length;
		const whole = this.#pieces.length === 1 ? bytes : Buffer.concat(this.#pieces);
		this.#pieces = [];
		this.#length = 0;
		if (length > this.#maxLength) this.#refuse(envelope, length);
		else if (!this.#isOver) return this.#send(whole, envelope);
		return true;
	}
	pause() {
		this.#isPaused = true;
	}
	resume() {
		this.#isPaused = false;
		this.#unread = 0;
	}
	end() {
		this.#isEnding = true;
		this.#endIfDone();
	}
	release() {
		this.#isOver = true;
		this.#process.leave(this);
	}
	/** Others may still get answers, but no more sessions are to come. */
	destroy() {
		this.#process.isSuspect = true;
		this.release();
	}
	receive(bytes, envelope) {
		if (this.#isPaused) this.#unread += bytes.length;
		if (this.#unread > Math.max(this.#maxLength, 1048576)) {
			this.release();
			this.handlers.lost({ reason: "the gateway does not read its answers" });
			return;
		}
		if (envelope.overlong === void 0) this.handlers.message(bytes, envelope);
		else {
			this.handlers.part(beginning, void 0);
			this.handlers.part(bytes, envelope);
		}
		if (this.#isEnding) this.#endIfDone();
	}
	drain() {
		this.handlers.drain();
	}
	lost(loss) {
		if (this.#isOver) return;
		this.#isOver = true;
		this.loss = loss;
		this.handlers.lost(loss);
	}
	#send(bytes, envelope) {
		const { kind, method } = envelope;
		if (method === Method.cancelled) this.#listens.delete(cancelledId(bytes) ?? "");
		if (method === Method.listen) this.#listens.set(textAt(bytes, ["id"]) ?? "", bytes);
		else if (kind === "request" && this.#process.calls(this) === 0 && !bytes.includes(continuation)) this.#move(this.#next(this.#process));
		return this.#process.send(this, bytes, envelope);
	}
	#move(to) {
		if (to === this.#process) return;
		this.#process.leave(this);
		this.#process = to;
		to.join(this);
		for (const request of this.#listens.values()) to.send(this, request, listenEnvelope$1);
	}
	#refuse({ kind, id }, length) {
		if (kind !== "request" || id === void 0) return;
		const maxMiB = this.#maxLength / 2 ** 20;
		const message = tooLong(`a request of ${(length / 2 ** 20).toFixed(1)} MiB`, maxMiB);
		const answer = errorResponse(id, {
			code: ErrorCode.InternalError,
			message: `mcpgen: ${message}`
		});
		this.handlers.message(answer, {
			kind: "response",
			id,
			isError: true
		});
	}
	#endIfDone() {
		if (this.#isOver || this.#process.calls(this) > 0) return;
		this.release();
		this.handlers.lost({ reason: "its session has ended" });
	}
};
// relay/sharing.ts
/** Whether a session shares its process: in the new protocol, and not where it keeps its own. */
function isShared(settings, { era }) {
	const { sharedProcesses, stateful, idleSeconds } = settings;
	return era === "modern" && sharedProcesses > 0 && !stateful && idleSeconds > 0;
}
var Sharing = class {
	#pool;
	#settings;
	#metrics;
	#processes = /* @__PURE__ */ new Set();
	/** Those that wait for the first one. */
	#joiners = /* @__PURE__ */ new Set();
	constructor(pool, settings, metrics) {
		this.#pool = pool;
		this.#settings = settings;
		this.#metrics = metrics;
	}
	/** Whether `take` will not have to wait. */
	isReady(handshake) {
		return this.#shares(handshake) && this.#best() !== void 0 || this.#pool.isReady(handshake);
	}
	/** A process for a session, its own or one of several. Rejects as the pool does. */
	async take(handshake, patience, gone) {
		if (!this.#shares(handshake)) return this.#pool.take(handshake, patience, gone);
		const best = this.#best();
		if (best) this.#metrics.warmHits.add(1);
		return this.#seat(best ?? await this.#wait(handshake, patience, gone), handshake);
	}
	close() {
		for (const process of this.#processes) this.#drop(process);
	}
	#shares(handshake) {
		return isShared(this.#settings, handshake);
	}
	#seat(process, handshake) {
		const upstream = new SharedUpstream(process, (now) => this.#next(now, handshake), this.#maxLength);
		return {
			upstream,
			backlog: [],
			get loss() {
				return upstream.loss;
			},
			isAlive: () => process.isAlive(handshake)
		};
	}
	/** Each waits in the pool's order and for as long as it would alone; the first process that is ready is there for all. */
	async #wait(handshake, patience, gone) {
		const served = new AbortController();
		let join = () => void 0;
		const joined = new Promise((resolve) => join = resolve);
		this.#joiners.add(join);
		const added = this.#pool.take(handshake, patience, AbortSignal.any([gone, served.signal])).then((connection) => this.#add(connection));
		added.catch(() => void 0);
		try {
			return await Promise.race([joined, added]);
		} finally {
			this.#joiners.delete(join);
			served.abort();
		}
	}
	#add({ upstream }) {
		const process = new SharedProcess(upstream, this.#maxLength, {
			left: () => this.#left(process),
			lost: () => this.#remove(process),
			dropped: () => this.#metrics.droppedLines.add(1)
		});
		this.#processes.add(process);
		this.#metrics.sharedProcesses.set(this.#processes.size);
		for (const join of this.#joiners) join(process);
		return process;
	}
	/** The one with the fewest calls out, and then the fewest sessions. */
	#best() {
		return [...this.#processes].filter(({ isSuspect }) => !isSuspect).toSorted((a, b) => a.calls() - b.calls() || a.members - b.members)[0];
	}
	/** A session keeps its process, unless others wait there for answers and another process is less busy. */
	#next(now, handshake) {
		if (now.calls() === 0 && !now.isSuspect) return now;
		const best = this.#best();
		if (best?.calls() === 0) return best;
		const spare = this.#processes.size < this.#settings.sharedProcesses ? this.#pool.spare(handshake) : void 0;
		if (spare) return this.#add(spare);
		return best && (now.isSuspect || best.calls() < now.calls()) ? best : now;
	}
	/** The last one without a session stays for the next. */
	#left(process) {
		const empty = [...this.#processes].filter(({ members }) => members === 0);
		if (process.isSuspect || empty.length > 1) this.#drop(process);
		else setTimeout(() => {
			if (process.members === 0) this.#drop(process);
		}, this.#settings.idleSeconds * 1e3).unref();
	}
	#drop(process) {
		this.#remove(process);
		process.release();
	}
	#remove(process) {
		this.#processes.delete(process);
		this.#metrics.sharedProcesses.set(this.#processes.size);
	}
	get #maxLength() {
		return this.#settings.maxMessageMiB > 0 ? this.#settings.maxMessageMiB * 2 ** 20 : Infinity;
	}
};
// relay/backoff.ts
/** First pause between failing attempts; a waiting call resets it. */
const firstDelayMs = 250;
var Backoff = class {
	#failures = 0;
	#nextAttemptAt = 0;
	/** Failed attempts since the last success. */
	get failures() {
		return this.#failures;
	}
	/** How long until an attempt is allowed; zero or less: now. */
	get waitMs() {
		return this.#nextAttemptAt - Date.now();
	}
	failed(longestMs, isWaitedFor) {
		const delay = Math.min(isWaitedFor ? firstDelayMs : longestMs, firstDelayMs * 2 ** this.#failures);
		this.#failures++;
		this.#nextAttemptAt = Date.now() + delay * (.8 + .4 * Math.random());
	}
	succeeded() {
		this.#failures = 0;
	}
	/** Somebody waits, who does not have to wait for the end of a long delay. */
	hurry() {
		this.#nextAttemptAt = Math.min(this.#nextAttemptAt, Date.now() + firstDelayMs);
	}
};
// relay/starts.ts
/** The longest wait after a failed start. */
const maxDelayMs = 15e3;
/** Looking for a server that is not there costs it nothing. */
const maxUnreachedDelayMs = 3e3;
/** A start that was too slow gets up to this many times as much time: on a busy node, restarts would never end. */
const maxPatience = 4;
/** A connection lost sooner counts as a failed start, so that a server that ends at once is backed off. */
const shortLifeMs = 1e4;
var Starts = class {
	backoff = new Backoff();
	#settings;
	#status;
	#metrics;
	/** Starts in a row that took too long. */
	#slowOnes = 0;
	constructor(settings, status, metrics) {
		this.#settings = settings;
		this.#status = status;
		this.#metrics = metrics;
	}
	get timeoutMs() {
		return this.#settings.handshakeTimeoutSeconds * 1e3 * Math.min(maxPatience, 1 + this.#slowOnes);
	}
	/** The server has answered a handshake; whether it did not serve before. */
	succeeded({ handshakeSeconds }) {
		this.#slowOnes = 0;
		this.#metrics.handshakeSeconds.observe(handshakeSeconds);
		return this.#status.served();
	}
	failed({ openedAt }, before, loss, isWaitedFor) {
		this.#metrics.warmFailures.add(1);
		if (before === "handshaking" && loss.status === void 0) this.#slowOnes++;
		if (before === "ready" && Date.now() - openedAt > shortLifeMs) this.backoff.succeeded();
		else this.backoff.failed(before === "connecting" ? maxUnreachedDelayMs : maxDelayMs, isWaitedFor);
		if (before === "ready") this.#status.noted("call", loss);
		else this.#status.failed(stageOf(before, loss), loss);
	}
};
function stageOf(before, { isUnresolved, status }) {
	if (before === "connecting") return isUnresolved === true ? "resolve" : "connect";
	return status === void 0 ? "handshake" : "start";
}
// relay/waiters.ts
var UnavailableError = class extends Error {};
/** One failed start may be that of a terminating pod; a server that fails twice will keep failing. */
const maxFailedStarts = 2;
const nobodyWaits = "no session waits any more";
var Waiters = class {
	#list = [];
	#isStarting;
	#reason;
	/** `reason` says why the server does not serve, if that is known. */
	constructor(isStarting, reason) {
		this.#isStarting = isStarting;
		this.#reason = reason;
	}
	get size() {
		return this.#list.length;
	}
	/** Rejects with an `UnavailableError` when the time is up, or the waiting side is `gone`. */
	wait(handshake, patience, gone) {
		if (gone.aborted) return Promise.reject(new UnavailableError(nobodyWaits));
		return new Promise((resolve, reject) => {
			const timer = setTimeout(() => {
				if (this.#isStarting() && patience.startSeconds > 0) this.#waitForStart(waiter);
				else this.#giveUp(waiter);
			}, patience.reachSeconds * 1e3);
			const onGone = () => this.#reject(waiter, nobodyWaits);
			const waiter = {
				handshake,
				patience,
				resolve,
				reject,
				gone,
				onGone,
				timer,
				failedStarts: 0,
				since: Date.now()
			};
			this.#list.push(waiter);
			gone.addEventListener("abort", onGone);
		});
	}
	/** Whether somebody waits for a connection with this handshake. */
	wants(handshake) {
		return handshake !== void 0 && this.#first(handshake) !== void 0;
	}
	/** Gives the connection to the first who waits for its handshake. */
	serve(connection) {
		const waiter = connection.handshake && this.#first(connection.handshake);
		if (!waiter) return;
		this.#remove(waiter);
		waiter.resolve(connection);
		for (const other of this.#list) if (other.patience.startSeconds > 0) this.#waitForStart(other);
	}
	/** A start failed, for one that waits for it: its second one is an error for it. */
	startFailed(connection) {
		const [waiter] = this.#list.filter(({ handshake }) => handshake.key === connection.handshake?.key).toSorted((a, b) => a.failedStarts - b.failedStarts);
		if (!waiter || ++waiter.failedStarts < maxFailedStarts) return;
		this.#reject(waiter, this.#reason());
	}
	/** Waiting for such a handshake is pointless. */
	reject(isHopeless, { message }) {
		for (const waiter of this.#list.filter(({ handshake }) => isHopeless(handshake))) this.#reject(waiter, message);
	}
	/** The first handshake that somebody waits for and that is not among those under way. */
	nextHandshake(underWay) {
		return this.#list.find(({ handshake }) => !underWay.some((other) => other?.key === handshake.key))?.handshake;
	}
	rejectAll(reason) {
		this.reject(() => true, new UnavailableError(reason));
	}
	#first({ key }) {
		return this.#list.find(({ handshake }) => handshake.key === key);
	}
	#reject(waiter, reason) {
		if (!this.#list.includes(waiter)) return;
		this.#remove(waiter);
		waiter.reject(new UnavailableError(reason));
	}
	#remove(waiter) {
		clearTimeout(waiter.timer);
		waiter.gone.removeEventListener("abort", waiter.onGone);
		this.#list.splice(this.#list.indexOf(waiter), 1);
	}
	#waitForStart(waiter) {
		clearTimeout(waiter.timer);
		waiter.timer = setTimeout(() => this.#giveUp(waiter), waiter.patience.startSeconds * 1e3);
	}
	#giveUp(waiter) {
		const seconds = Math.round((Date.now() - waiter.since) / 100) / 10;
		const reason = this.#reason();
		const starting = `still starting after ${seconds} s`;
		if (this.#isStarting()) this.#reject(waiter, reason ? `${starting}; before that, ${reason}` : starting);
		else this.#reject(waiter, reason || `unreachable for ${seconds} s`);
	}
};
// relay/warm-target.ts
/** Time without a miss after which one connection fewer is kept. */
const maxShrinkAfterMs = 6e4;
var WarmTarget = class {
	#min;
	#max;
	#shrinkAfterMs;
	#value;
	#shrinkAt = 0;
	constructor({ warm: { min, max }, idleSeconds }) {
		this.#min = min;
		this.#max = max;
		this.#value = min;
		const steps = max - min + 1;
		this.#shrinkAfterMs = idleSeconds > 0 ? Math.min(maxShrinkAfterMs, idleSeconds * 1e3 / steps) : maxShrinkAfterMs;
	}
	get value() {
		return this.#value;
	}
	/** Until the next step down, or undefined at the floor. */
	get shrinksInMs() {
		return this.#value > this.#min ? Math.max(0, this.#shrinkAt - Date.now()) : void 0;
	}
	/** A session had to wait. */
	grow() {
		this.#value = Math.min(this.#max, this.#value + 1);
		this.#shrinkAt = Date.now() + this.#shrinkAfterMs;
	}
	/** One step down, if it is time. */
	shrink() {
		if (this.shrinksInMs !== 0) return;
		this.#value--;
		this.#shrinkAt = Date.now() + this.#shrinkAfterMs;
	}
};
// relay/pool.ts
/** Lets the call that took a connection run before its replacement starts. */
const refillDelayMs = 200;
/** More processes that start at the same time make each other slow; a server's pod has few processors. */
const maxStarting = 4;
var Pool = class {
	#context;
	#connections = /* @__PURE__ */ new Set();
	#waiters;
	#events = {
		progress: (connection) => this.#progress(connection),
		failed: (connection, before, loss) => this.#failed(connection, before, loss)
	};
	#target;
	#starts;
	#alarm = new Alarm(() => this.#fill());
	/** It was opened only to ask for the new protocol. */
	#asking;
	#closed = false;
	constructor(context) {
		this.#context = context;
		this.#target = new WarmTarget(context.settings);
		this.#starts = new Starts(context.settings, context.status, context.metrics);
		this.#waiters = new Waiters(() => this.#inState("handshaking").length > 0, () => context.status.reason);
		context.known.onChange(() => {
			this.#count();
			this.#fillLater(0);
		});
	}
	/** Opens what is to be there: what is kept ready, and one for whoever wants to know what the server offers. */
	fill() {
		this.#fillLater(0);
	}
	/** Whether `take` will not have to wait. */
	isReady(handshake) {
		return this.#inState("ready").some(({ handshake: done }) => done?.key === handshake.key);
	}
	/** A connection on which this handshake is done. Rejects with an `UnavailableError` when the time is up, or `gone`. */
	async take(handshake, patience, gone) {
		this.#context.known.learn(handshake);
		const ready = this.spare(handshake);
		if (ready) {
			this.#context.metrics.warmHits.add(1);
			return ready;
		}
		this.#context.metrics.warmMisses.add(1);
		if (handshake.era === "legacy" && this.#context.eras.isModernOnly) throw modernOnly();
		if (!isShared(this.#context.settings, handshake)) this.#target.grow();
		const served = this.#waiters.wait(handshake, patience, gone);
		this.#starts.backoff.hurry();
		this.#fill();
		return served;
	}
	/** One that is ready, for whoever has another one already; undefined: there is none at this moment. */
	spare(handshake) {
		const ready = this.#findReady(handshake);
		return ready && this.#handOver(ready);
	}
	/** A connection without a handshake, for a client that speaks otherwise. */
	openPlain(handlers) {
		return this.#context.dial(handlers);
	}
	close() {
		this.#closed = true;
		this.#alarm.stop();
		for (const connection of this.#connections) this.#drop(connection);
		this.#waiters.rejectAll("the relay is stopping");
	}
	#inState(...states) {
		return [...this.#connections].filter(({ state }) => states.includes(state));
	}
	#findReady(handshake) {
		for (const connection of this.#inState("ready")) if (!connection.fresh) this.#drop(connection);
		else if (connection.handshake?.key === handshake.key) return connection;
	}
	#handOver(connection) {
		this.#connections.delete(connection);
		connection.leave();
		this.#starts.backoff.succeeded();
		this.#count();
		this.#fillLater(refillDelayMs);
		return connection;
	}
	#drop(connection) {
		this.#connections.delete(connection);
		connection.leave();
		connection.upstream.release();
		this.#count();
	}
	#count() {
		const { metrics, eras } = this.#context;
		metrics.warm.set(this.#inState("ready").filter(({ handshake }) => handshake?.key === eras.kept.key).length);
		metrics.warmTarget.set(this.#target.value);
	}
	#shake(connection) {
		const { eras, known } = this.#context;
		if (connection === this.#asking) {
			connection.shake(known.current("modern"));
			return;
		}
		const underWay = this.#inState("handshaking").map((other) => other.handshake);
		connection.shake(this.#waiters.nextHandshake(underWay) ?? eras.kept);
	}
	#progress(connection) {
		const { status, eras, lister } = this.#context;
		if (connection.state === "connected") {
			status.connected();
			this.#shake(connection);
			return;
		}
		const { handshake, result } = connection;
		if (!handshake || result === void 0) return;
		if (connection === this.#asking) this.#asking = void 0;
		eras.answered(handshake, true);
		if (eras.isModernOnly) this.#waiters.reject(({ era }) => era === "legacy", modernOnly());
		if (this.#starts.succeeded(connection)) lister.look();
		this.#context.served(handshake, result);
		this.#count();
		if (this.#waiters.wants(handshake)) this.#waiters.serve(this.#handOver(connection));
		else if (lister.wants) lister.use(this.#handOver(connection));
		else if (handshake.key !== eras.kept.key) this.#drop(connection);
		this.#fillLater(this.#waiters.size > 0 ? 0 : refillDelayMs);
	}
	#failed(connection, before, loss) {
		const { eras } = this.#context;
		const { handshake } = connection;
		const isAsking = connection === this.#asking;
		this.#connections.delete(connection);
		if (isAsking) this.#asking = void 0;
		this.#count();
		if (this.#closed) return;
		if (handshake && (loss.isRefusal === true || isAsking && !eras.refusesLegacy)) eras.answered(handshake, false);
		if (!isAsking && loss.isRefusal === true && eras.question) this.#fill();
		else if (!isAsking || eras.refusesLegacy) this.#startFailed(connection, before, loss);
		else this.#fill();
	}
	#startFailed(connection, before, loss) {
		this.#starts.failed(connection, before, loss, this.#waiters.size > 0);
		if (before === "handshaking") this.#waiters.startFailed(connection);
		this.#fill();
	}
	/** Opens as many connections as are missing, or waits until that is allowed. */
	#fill() {
		if (this.#closed) return;
		this.#shrink();
		const { lister, status, eras } = this.#context;
		const starting = this.#inState("connecting", "handshaking");
		const isQuiet = starting.length === 0 && (this.#waiters.size === 0 || eras.refusesLegacy);
		if (eras.question && !this.#asking && isQuiet) this.#asking = this.#open();
		const more = lister.wants || !status.isCertain ? 1 : 0;
		const wanted = Math.max(this.#target.value + (lister.wants ? 1 : 0), this.#waiters.size, more) - this.#useful().length;
		if (wanted <= 0) return;
		const wait = this.#starts.backoff.waitMs;
		if (wait > 0) {
			this.#fillLater(wait);
			return;
		}
		const allowed = Math.min(Math.max(1, this.#waiters.size), maxStarting) - starting.length;
		for (let index = 0; index < Math.min(wanted, allowed); index++) this.#open();
	}
	#open() {
		const connection = new WarmConnection(this.#context.dial, this.#starts.timeoutMs, this.#events);
		this.#connections.add(connection);
		return connection;
	}
	/** All except those with a handshake that sessions no longer use, which stay until others are ready. */
	#useful() {
		const { key } = this.#context.eras.kept;
		return [...this.#connections].filter((connection) => connection !== this.#asking && (!connection.handshake || connection.handshake.key === key || this.#waiters.wants(connection.handshake)));
	}
	#fillLater(delayMs) {
		if (!this.#closed) this.#alarm.set(Math.max(delayMs, this.#starts.backoff.waitMs));
	}
	#shrink() {
		this.#target.shrink();
		const useful = new Set(this.#useful());
		const ready = this.#inState("ready").toSorted((a, b) => Number(useful.has(a)) - Number(useful.has(b)));
		const isEnough = ready.filter((connection) => useful.has(connection)).length >= this.#target.value;
		for (const connection of ready) {
			if (!(this.#connections.size > Math.max(this.#target.value, this.#waiters.size)) || !useful.has(connection) && !isEnough) break;
			this.#drop(connection);
		}
		const { shrinksInMs } = this.#target;
		if (shrinksInMs !== void 0) this.#fillLater(shrinksInMs);
	}
};
function modernOnly() {
	return new UnavailableError("the server supports only protocol 2026-07-28, and this gateway does not");
}
// relay/gather.ts
/** False: wait for `drain` before writing more. */
function gather(socket, bytes) {
	if (socket.writableCorked === 0) {
		socket.cork();
		process.nextTick(() => socket.uncork());
	}
	return socket.write(bytes);
}
// relay/gateway-end.ts
var GatewayEnd = class {
	#socket;
	#server;
	#metrics;
	/** `server` is the name that errors speak of. */
	constructor(socket, server, metrics, handlers) {
		this.#socket = socket;
		this.#server = server;
		this.#metrics = metrics;
		const receive = (bytes, envelope) => handlers.received({
			bytes,
			envelope,
			at: performance.now()
		});
		const framer = new Framer({
			message: receive,
			part: receive
		});
		socket.on("data", (chunk) => framer.push(chunk));
		socket.on("drain", () => handlers.drain());
		socket.on("end", () => {
			framer.end();
			handlers.ended();
		});
		socket.on("error", (error) => handlers.failed(error.message));
		socket.on("close", () => handlers.closed());
	}
	/** False: wait for `drain` before writing more. */
	write(bytes) {
		this.#metrics.toGateway.add(bytes.length);
		return gather(this.#socket, bytes);
	}
	/** Answers a request with an error of the relay. */
	refuse(id, reason) {
		this.write(errorResponse(id, {
			code: ErrorCode.ConnectionClosed,
			message: this.reason(reason)
		}));
	}
	/** The text of an error. */
	reason(text) {
		return `mcpgen: server ${this.#server}: ${text}`;
	}
	pause() {
		this.#socket.pause();
	}
	resume() {
		this.#socket.resume();
	}
	end() {
		this.#socket.end();
	}
	destroy() {
		this.#socket.destroy();
	}
};
// relay/front.ts
var Front = class {
	#gateway;
	#context;
	#translator;
	#listens;
	#handshake;
	constructor(gateway, context, translator, listens) {
		this.#gateway = gateway;
		this.#context = context;
		this.#translator = translator;
		this.#listens = listens;
	}
	/** How the session was begun. */
	get handshake() {
		return this.#handshake;
	}
	get isModern() {
		return this.#handshake?.era === "modern";
	}
	/** A message before the session has begun; true: nothing is left to do with it. */
	begin({ bytes, envelope }) {
		const handshake = envelope && handshakeOf(bytes, envelope);
		const { id, method } = envelope ?? {};
		if (!handshake || id === void 0) return false;
		if (handshake.era === "legacy") {
			this.#handshake = handshake;
			this.#gateway.write(resultResponse(id, this.#context.greeting(handshake)));
			return true;
		}
		const discovery = this.#context.discovery(handshake);
		if (discovery !== void 0) {
			this.#handshake = handshake;
			this.#translator.isModern = true;
			if (method === Method.discover) this.#gateway.write(resultResponse(id, discovery));
			return method === Method.discover;
		}
		if (method === Method.discover) this.#gateway.write(errorResponse(id, notFound));
		return method === Method.discover;
	}
	/** Takes a request to listen, or its end, which concern the process only if there is one; true: it was one. */
	listen({ bytes, envelope }) {
		if (!this.isModern || !envelope) return false;
		const { id, method } = envelope;
		if (method === Method.cancelled) return this.#listens.cancel(cancelledId(bytes));
		const acknowledgement = method === Method.listen && id !== void 0 ? this.#listens.open(id, bytes) : void 0;
		if (acknowledgement) this.#gateway.write(acknowledgement);
		return acknowledgement !== void 0;
	}
	/** Answers a request for which there need be no process; false: there must be one. */
	answer({ bytes, envelope }) {
		if (envelope?.kind !== "request" || envelope.id === void 0) return false;
		const { id, method } = envelope;
		if (method === Method.ping) {
			this.#gateway.write(resultResponse(id, "{}"));
			return true;
		}
		const handshake = method === Method.discover ? handshakeOf(bytes, envelope) : void 0;
		const discovery = this.isModern && handshake ? this.#context.discovery(handshake) : void 0;
		const answer = discovery === void 0 ? this.#translator.answer(envelope) : resultResponse(id, discovery);
		if (answer) this.#gateway.write(answer);
		return answer !== void 0 || this.#isOwn(id, bytes);
	}
	/** The relay made the gateway contact this server, so that it lists what the server offers. */
	#isOwn(id, request) {
		const reply = () => {
			const complete = this.isModern ? "\"resultType\":\"complete\"," : "";
			this.#gateway.write(resultResponse(id, `{${complete}"contents":[],"messages":[],"content":[]}`));
		};
		if (!this.#context.isOwn(request, reply)) return false;
		const changed = this.isModern ? this.#listens.notify("toolsListChanged", Method.toolListChanged) : [notification(Method.toolListChanged)];
		for (const message of changed) this.#gateway.write(message);
		return true;
	}
};
const notFound = {
	code: ErrorCode.MethodNotFound,
	message: "method not found"
};
// relay/listens.ts
/** A session that opens more gets no more; each is sent to each process. */
const maxListens = 64;
var Listens = class {
	/** By the request's id, as JSON text. */
	#open = /* @__PURE__ */ new Map();
	/** The requests, for a process that has not heard them. */
	get requests() {
		return [...this.#open.values()].map(({ request }) => request);
	}
	/** Whether a message of the server with this id answers one of the requests. */
	has(id) {
		return id !== void 0 && this.#open.has(id);
	}
	/** The acknowledgement of a request, which is then open; undefined: it must go to the server. */
	open(id, request) {
		const params = parse(request)?.["params"];
		const wants = isObject(params) ? params["notifications"] : void 0;
		if (!isObject(wants) || this.#open.size >= maxListens) return void 0;
		this.#open.set(id, {
			request,
			wants
		});
		return notificationFor(id, Method.acknowledged, { notifications: wants });
	}
	/** Unsubscribes; true if the gateway was subscribed. */
	cancel(id) {
		return id !== void 0 && this.#open.delete(id);
	}
	/** A notification to each request that asked for it. */
	notify(wanted, method) {
		return [...this.#open].filter(([, { wants }]) => wants[wanted] === true).map(([id]) => notificationFor(id, method, {}));
	}
};
function notificationFor(id, method, params) {
	const fields = JSON.stringify(params).slice(1, -1);
	const meta = `"_meta":{"${subscriptionKey}":${id}}`;
	return Buffer.from(`{"jsonrpc":"2.0","method":"${method}","params":{${fields === "" ? meta : `${fields},${meta}`}}}\n`);
}
// relay/process-source.ts
var ProcessSource = class {
	#processes;
	#settings;
	/** The session had a process that was lost. */
	#hasLost = false;
	/** The client knows that its server was lost, or it was not: the next call may take as long as a server's start. */
	#isPatient = true;
	constructor(processes, settings) {
		this.#processes = processes;
		this.#settings = settings;
	}
	get hasLost() {
		return this.#hasLost;
	}
	/** The session's process was lost, with this many open calls. */
	lost(calls) {
		this.#hasLost = true;
		this.#isPatient = calls > 0;
	}
	/** The session let its process go. */
	released() {
		this.#isPatient = true;
	}
	/** There was none in time. */
	failed() {
		this.#isPatient = !this.#isPatient;
	}
	/** A process with the handshake done. What ended the last one may have ended those that were ready as well. */
	async take(handshake, initialized, gone) {
		const patience = this.#patience();
		for (;;) {
			const wasReady = this.#processes.isReady(handshake);
			const connection = await this.#processes.take(handshake, patience, gone);
			if (initialized) connection.upstream.write(initialized, {
				kind: "notification",
				method: Method.initialized
			});
			else if (handshake.era === "legacy") return connection;
			if (!wasReady || !this.#hasLost || await connection.isAlive()) return connection;
		}
	}
	/**
	* That its server was lost a client learns soon, by a call that fails if there is no other server yet; its next call then
	* waits. Should that fail as well, the server is down, and the next fails soon.
	*/
	#patience() {
		const { initializeSeconds, reconnectSeconds, handshakeTimeoutSeconds } = this.#settings;
		if (!this.#hasLost) return {
			reachSeconds: initializeSeconds,
			startSeconds: handshakeTimeoutSeconds
		};
		if (!this.#isPatient) return {
			reachSeconds: reconnectSeconds,
			startSeconds: 0
		};
		return {
			reachSeconds: handshakeTimeoutSeconds,
			startSeconds: handshakeTimeoutSeconds
		};
	}
};
// relay/calls.ts
var Calls = class {
	#metrics;
	#observer;
	/** Requests of the gateway by id. */
	#ours = /* @__PURE__ */ new Map();
	/** Requests of the server that is there now. */
	#theirs = /* @__PURE__ */ new Set();
	/** How many answers are still to come to requests of servers that are gone; a new server may use the same ids. */
	#stale = /* @__PURE__ */ new Map();
	constructor(metrics, observer) {
		this.#metrics = metrics;
		this.#observer = observer;
	}
	/** Requests of the gateway that wait for the server. */
	get size() {
		return this.#ours.size;
	}
	/** Their ids. */
	get ids() {
		return [...this.#ours.keys()];
	}
	/** Whether the server waits for an answer of the gateway's client, which may be waiting for its user. */
	get serverWaits() {
		return this.#theirs.size > 0;
	}
	/** The gateway says something to the server; false if it must not be passed on. */
	sent(bytes, envelope, came = {
		arrivedAt: performance.now(),
		origin: "held"
	}) {
		const { kind, id, method } = envelope;
		if (kind === "request" && id !== void 0) this.#ours.set(id, this.#begin(bytes, method, came));
		else if (kind === "response" && id !== void 0) return this.answered(id);
		else if (method === Method.cancelled) this.cancel(bytes);
		else if (kind === "batch") {
			const ids = batchIds(bytes);
			for (const request of ids.requests) this.#ours.set(request, this.#begin(Buffer.alloc(0), "batch", came));
			for (const response of ids.responses) this.#theirs.delete(response);
		}
		return true;
	}
	/** The gateway answers a request of a server; false if that server is gone. */
	answered(id) {
		const count = this.#stale.get(id) ?? 0;
		if (count === 0) {
			this.#theirs.delete(id);
			return true;
		}
		if (count === 1) this.#stale.delete(id);
		else this.#stale.set(id, count - 1);
		return false;
	}
	/** The gateway waits no more: the server need not answer. */
	cancel(bytes) {
		const id = cancelledId(bytes);
		const call = id === void 0 ? void 0 : this.#ours.get(id);
		if (id === void 0 || !call) return;
		this.#ours.delete(id);
		this.#count(id, call, "cancelled");
	}
	/** The relay has answered a request that went to no process. */
	refused(bytes, { id = "", method }, arrivedAt, outcome) {
		this.#count(id, this.#begin(bytes, method, {
			arrivedAt,
			origin: "held"
		}), outcome, false);
	}
	/** The server says something to the gateway. */
	received(bytes, envelope) {
		const { kind, id, method } = envelope;
		if (kind === "response" && id !== void 0) this.#end(id, envelope.isError === true ? "error" : "ok");
		else if (kind === "request" && id !== void 0) this.#theirs.add(id);
		else if (method === Method.cancelled) this.#theirs.delete(cancelledId(bytes) ?? "");
		else if (kind === "batch") {
			const ids = batchIds(bytes);
			for (const response of ids.responses) this.#end(response, "ok");
			for (const request of ids.requests) this.#theirs.add(request);
		}
	}
	/** The server is gone: the messages that the gateway must get. */
	abandon(outcome, code, message) {
		const messages = [...this.#ours].map(([id, call]) => {
			this.#count(id, call, outcome);
			return errorResponse(id, {
				code,
				message
			});
		});
		for (const id of this.#theirs) {
			this.#stale.set(id, (this.#stale.get(id) ?? 0) + 1);
			messages.push(cancelled(id, message));
		}
		this.#ours.clear();
		this.#theirs.clear();
		return messages;
	}
	#begin(bytes, method = "", { arrivedAt, origin }) {
		const tool = method === Method.toolsCall ? calledTool(bytes) : void 0;
		const traceparent = this.#observer && traceparentOf(bytes);
		return {
			arrivedAt,
			at: performance.now(),
			method,
			tool,
			origin,
			traceparent
		};
	}
	#count(id, call, outcome, isSent = true) {
		this.#metrics.calls(outcome, call.tool).add(1);
		if (!this.#observer) return;
		const { at, origin, ...rest } = call;
		this.#observer({
			...rest,
			id,
			outcome,
			endedAt: performance.now(),
			sent: isSent ? {
				at,
				origin
			} : void 0
		});
	}
	#end(id, outcome) {
		const call = this.#ours.get(id);
		if (!call) return;
		this.#ours.delete(id);
		this.#count(id, call, outcome);
		this.#metrics.callSeconds(call.tool).observe((performance.now() - call.at) / 1e3);
	}
};
// relay/list-changes.ts
const methods = [
	Method.toolListChanged,
	Method.promptListChanged,
	Method.resourceListChanged
];
/** More of them, each with another text, are not passed on. */
const maxHeld = 100;
const idOf = (kind) => ownId(`changed-${kind}`);
var ListChanges = class {
	#context;
	#events;
	/** The server's notifications, by their text, until its lists have shown whether they are true. */
	#held = /* @__PURE__ */ new Map();
	#lists;
	/** What was known before: another session that hears of the same change may learn it first. */
	#before;
	/** It has said so again while it was asked. */
	#isAgain = false;
	constructor(context, events) {
		this.#context = context;
		this.#events = events;
	}
	/** Takes a message of the server that is about its lists; false: it is about something else. */
	take(bytes, { kind, id, method }) {
		if (kind === "notification" && methods.includes(method)) {
			if (this.#held.size < maxHeld) this.#held.set(bytes.toString(), bytes);
			if (this.#lists) this.#isAgain = true;
			else this.#ask();
			return true;
		}
		const list = kind === "response" ? kinds$1.find((one) => idOf(one) === id) : void 0;
		if (!list) return false;
		if (this.#lists) this.#lists[list] = readList(list, bytes) ?? [];
		if (this.#lists && kinds$1.every((one) => this.#lists?.[one])) this.#compare(this.#lists);
		return true;
	}
	/** The process is another one. */
	forget() {
		this.#held.clear();
		this.#lists = void 0;
		this.#isAgain = false;
	}
	#ask() {
		this.#lists = {};
		this.#before = this.#context.listings.of(this.#context.name);
		for (const kind of kinds$1) {
			const { method } = kindFacts[kind];
			this.#events.ask(request$2(idOf(kind), method, this.#events.params()), {
				kind: "request",
				id: idOf(kind),
				method
			});
		}
	}
	#compare(lists) {
		const { name, listings, canRefresh } = this.#context;
		const isAgain = this.#isAgain;
		const held = [...this.#held.values()];
		const before = this.#before;
		this.forget();
		if (isSame(before, lists)) return;
		listings.learn(name, lists);
		if (!canRefresh) for (const notification of held) this.#events.tell(notification);
		if (isAgain) this.#ask();
	}
};
// relay/server-link.ts
const listenEnvelope = {
	kind: "request",
	method: Method.listen
};
var ServerLink = class {
	#gateway;
	#context;
	#events;
	#calls;
	#upstream;
	/** A long message of the gateway is half passed on. */
	#inRequest = false;
	/** What is still to come of it was for a server that is gone. */
	#dropsRest = false;
	/** A long message of the server is half passed on. */
	#inAnswer = false;
	#ended = false;
	#heardAt = 0;
	#origin = "held";
	#usedSince = 0;
	#translator;
	#listens;
	#changes;
	/** JSON text of what requests of the relay say of who asks. */
	#params;
	#idleTimer;
	#silenceTimer;
	constructor(gateway, context, translator, listens, events) {
		this.#gateway = gateway;
		this.#context = context;
		this.#translator = translator;
		this.#listens = listens;
		this.#events = events;
		this.#calls = new Calls(context.metrics, context.observer);
		this.#changes = new ListChanges(context, {
			params: () => this.#params,
			ask: (bytes, envelope) => void this.#upstream?.write(bytes, envelope),
			tell: (notification) => void gateway.write(notification)
		});
		const { idleSeconds, callSilenceSeconds, stateful } = context.settings;
		if (idleSeconds > 0 && !stateful) this.#idleTimer = setTimeout(() => this.#checkIdle(), idleSeconds * 1e3);
		if (callSilenceSeconds > 0) this.#silenceTimer = setTimeout(() => this.#checkSilence(), callSilenceSeconds * 1e3);
	}
	/** `origin`: where the process came from, for the calls that waited for it. `params`: what requests of the relay say of who asks. */
	use(upstream, origin, params) {
		this.#upstream = upstream;
		this.#origin = origin;
		this.#usedSince = performance.now();
		this.#params = params;
		upstream.handlers = this.handlers;
		this.#context.metrics.attached.add(1);
		this.#idleTimer?.refresh();
		for (const request of this.#listens.requests) upstream.write(request, listenEnvelope);
	}
	/** What a connection to the server is to call. */
	get handlers() {
		return {
			connected: () => void 0,
			message: (bytes, envelope) => this.fromServer(bytes, envelope),
			part: (bytes, envelope) => this.fromServer(bytes, envelope),
			drain: () => this.#gateway.resume(),
			lost: (loss) => this.#lose("lost", ErrorCode.ConnectionClosed, loss)
		};
	}
	/** Passes on what the gateway says. */
	forward({ bytes, envelope, at }) {
		const wasInRequest = this.#inRequest;
		this.#inRequest = envelope === void 0;
		if (envelope) {
			if (this.#calls.size === 0) this.#silenceTimer?.refresh();
			const origin = at < this.#usedSince ? this.#origin : "held";
			if (!this.#calls.sent(bytes, envelope, {
				arrivedAt: at,
				origin
			})) return;
		}
		const text = envelope && !wasInRequest ? this.#translator.toServer(bytes, envelope) : bytes;
		this.#context.metrics.toServer.add(text.length);
		if (this.#upstream?.write(text, envelope) === false) this.#gateway.pause();
	}
	/** Passes a notification on to the server, if there is one. */
	forwardAside({ bytes, envelope }) {
		this.#upstream?.write(bytes, envelope);
	}
	/** Records a message of the gateway that goes to no server process. */
	note({ bytes, envelope }) {
		if (envelope) this.#calls.sent(bytes, envelope);
	}
	/** Refuses a request of which nothing, or nothing more, is passed on. */
	drop(piece, reason) {
		this.#dropsRest = piece.envelope === void 0;
		this.refuse(piece, "unavailable", reason);
	}
	/** Answers a request with an error of the relay; other messages need no answer. */
	refuse(piece, outcome, reason) {
		if (piece.envelope?.kind !== "request" || piece.envelope.id === void 0) return;
		this.#calls.refused(piece.bytes, piece.envelope, piece.at, outcome);
		this.#gateway.refuse(piece.envelope.id, reason);
	}
	/** Drops a piece of a message that was for a server that is gone, and refuses it with the last one; false: it is of another. */
	refuseRest(piece) {
		if (!this.#dropsRest) return false;
		if (piece.envelope) {
			this.#dropsRest = false;
			this.refuse(piece, "lost", "the server was lost while the request was sent");
		}
		return true;
	}
	fromServer(bytes, envelope) {
		this.#silenceTimer?.refresh();
		this.#idleTimer?.refresh();
		this.#heardAt = Date.now();
		const { kind, overlong } = envelope ?? {};
		if (this.#inAnswer && (kind === "invalid" || overlong !== void 0 && kind !== "response")) {
			const reason = overlong === void 0 ? "it was lost in the middle of an answer" : this.#tooLong(overlong);
			this.#lose("lost", ErrorCode.ConnectionClosed, { reason });
			return;
		}
		if (envelope?.kind === "invalid") {
			this.#context.metrics.droppedLines.add(1);
			this.#context.log.debug("the server printed a line that is not a message", { bytes: bytes.length });
			return;
		}
		const wasInAnswer = this.#inAnswer;
		this.#inAnswer = envelope === void 0;
		if (envelope && this.#changes.take(bytes, envelope)) return;
		if (envelope?.kind === "response" && (isOwnId(envelope.id) || this.#listens.has(envelope.id))) return;
		if (envelope?.method === Method.acknowledged) return;
		if (envelope) this.#calls.received(bytes, envelope);
		let text = envelope && !wasInAnswer ? this.#translator.toGateway(bytes, envelope) : bytes;
		if (overlong !== void 0 && envelope?.id !== void 0) text = this.#refuseAnswer(envelope.id, overlong);
		if (!this.#gateway.write(text)) this.#upstream?.pause();
	}
	/** Completes an answer of which the gateway has the beginning, as an error: of two members of one name the last one counts. */
	#refuseAnswer(id, length) {
		this.#context.log.warn("an answer was too long, so its call failed", { bytes: length });
		const message = this.#gateway.reason(this.#tooLong(length));
		const members = errorResponse(id, {
			code: ErrorCode.InternalError,
			message
		}).subarray(1);
		return Buffer.concat([Buffer.from(","), members]);
	}
	#tooLong(length) {
		return tooLong(`an answer of ${(length / 2 ** 20).toFixed(1)} MiB`, this.#context.settings.maxMessageMiB);
	}
	/** Whether one side waits for an answer of the other. */
	get isBusy() {
		return this.#calls.size > 0 || this.#calls.serverWaits || this.#inRequest;
	}
	/** Ids of the gateway's requests that wait for the server. */
	get out() {
		return this.#calls.ids;
	}
	/** Milliseconds since the server said something. */
	get quietMs() {
		return Date.now() - this.#heardAt;
	}
	/** The gateway has room again. */
	resume() {
		this.#upstream?.resume();
	}
	/** The gateway has spoken. */
	touch() {
		this.#idleTimer?.refresh();
	}
	/** The gateway says no more; answers may still come. */
	end() {
		this.#ended = true;
		this.#upstream?.end();
	}
	/** Releases the server process for good. */
	close() {
		this.#detach()?.release();
		clearTimeout(this.#idleTimer);
		clearTimeout(this.#silenceTimer);
		this.#calls.abandon("cancelled", 0, "");
	}
	#detach() {
		const upstream = this.#upstream;
		if (!upstream) return void 0;
		this.#upstream = void 0;
		this.#translator.forget();
		this.#changes.forget();
		this.#context.metrics.attached.add(-1);
		this.#dropsRest = this.#inRequest;
		this.#inRequest = false;
		return upstream;
	}
	#lose(outcome, code, loss) {
		this.#detach()?.destroy();
		const { settings, log, metrics, status } = this.#context;
		const reason = describeLoss(loss);
		const calls = this.#calls.size;
		if (!this.#ended || calls > 0) {
			if (calls > 0) status.noted("call", loss);
			log[calls > 0 ? "warn" : "info"]("a session lost its server", {
				reason,
				calls,
				stateful: settings.stateful
			});
			metrics.losses(outcome).add(1);
		}
		const messages = this.#calls.abandon(outcome, code, this.#gateway.reason(reason));
		if (this.#inAnswer) {
			this.#gateway.destroy();
			return;
		}
		for (const message of messages) this.#gateway.write(message);
		this.#events.lost(calls);
	}
	#checkSilence() {
		this.#silenceTimer?.refresh();
		const isAsked = this.#calls.size > 0 || this.#inRequest;
		if (!this.#upstream || !isAsked || this.#calls.serverWaits) return;
		const reason = `no message from the server for ${this.#context.settings.callSilenceSeconds} s`;
		this.#lose("silent", ErrorCode.RequestTimeout, { reason });
	}
	#checkIdle() {
		this.#idleTimer?.refresh();
		if (!this.#upstream || this.isBusy) return;
		this.#detach()?.release();
		this.#context.metrics.reaped.add(1);
		this.#context.log.info("released the server process of an idle session");
		this.#events.idle();
	}
};
// relay/translator.ts
/** What protocol 2026-07-28 wants said besides: the list may be another one the next moment. */
const modernFields = "\"resultType\":\"complete\",\"ttlMs\":0,\"cacheScope\":\"private\",";
var Translator = class {
	isModern = false;
	#server;
	#renames;
	#listings;
	/** Lists that the gateway waits for, by the request's id. */
	#asked = /* @__PURE__ */ new Map();
	constructor(server, renames, listings) {
		this.#server = server;
		this.#renames = renames;
		this.#listings = listings;
	}
	/** The answer to the gateway's request for a list from what was seen before; undefined: it is another request. */
	answer({ kind, id, method }) {
		const list = kind === "request" ? kindOf(method) : void 0;
		return list && id !== void 0 ? this.#list(id, list) : void 0;
	}
	toServer(bytes, { kind, id, method }) {
		if (kind !== "request" || id === void 0) return bytes;
		const list = kindOf(method);
		if (list && !hasCursor(bytes)) this.#asked.set(id, list);
		if (!this.#renames) return bytes;
		if (method === Method.promptsGet) return this.#rename(bytes, "prompt", "name");
		if (method === Method.resourcesRead) return this.#rename(bytes, "resource", "uri");
		return bytes;
	}
	toGateway(bytes, { kind, id = "" }) {
		const list = kind === "response" ? this.#asked.get(id) : void 0;
		if (!list) return bytes;
		this.#asked.delete(id);
		const entries = readList(list, bytes);
		if (entries) this.#listings.learn(this.#server, { [list]: entries });
		return this.#list(id, list);
	}
	/** The server does not answer any more. */
	forget() {
		this.#asked.clear();
	}
	#list(id, kind) {
		const text = this.#listings.answer(this.#server, kind);
		return resultResponse(id, this.isModern ? `{${modernFields}${text.slice(1)}` : text);
	}
	#rename(bytes, kind, field) {
		const message = parse(bytes);
		const params = message?.["params"];
		if (!isObject(params) || typeof params[field] !== "string") return bytes;
		const name = this.#listings.ownName(this.#server, kind, params[field]);
		return Buffer.from(`${JSON.stringify({
			...message,
			params: {
				...params,
				[field]: name
			}
		})}\n`);
	}
};
// relay/session.ts
/** Time for open answers after the gateway has closed its side. */
const lingerMs$1 = 5e3;
/** Time that the gateway may take to pass an answer on to its client. */
const flushMs$2 = 400;
var Session = class {
	#gateway;
	#link;
	#translator;
	#source;
	#context;
	#queue = [];
	#front;
	#gone = new AbortController();
	#state = "new";
	/** The gateway's `notifications/initialized`, for the server processes to come. */
	#initialized;
	#closing = false;
	#abandonedTimer;
	constructor(socket, shared) {
		const session = randomBytes(4).toString("hex");
		const context = {
			...shared,
			log: shared.log.with({ session })
		};
		this.#context = context;
		context.metrics.sessions.add(1);
		context.metrics.sessionsTotal.add(1);
		this.#gateway = new GatewayEnd(socket, context.name, context.metrics, {
			received: (piece) => this.#received(piece),
			drain: () => this.#link.resume(),
			ended: () => this.#gatewayEnded(),
			failed: (reason) => context.log.debug("a connection from the gateway failed", { reason }),
			closed: () => this.close()
		});
		this.#source = new ProcessSource(context.processes, context.settings);
		this.#translator = new Translator(context.name, context.renames, context.listings);
		const listens = new Listens();
		this.#front = new Front(this.#gateway, context, this.#translator, listens);
		const observer = context.observe(session);
		this.#link = new ServerLink(this.#gateway, {
			...context,
			observer
		}, this.#translator, listens, {
			lost: (calls) => this.#lost(calls),
			idle: () => {
				this.#state = "detached";
				this.#source.released();
				this.#gateway.resume();
			}
		});
		const { abandonedSeconds } = context.settings;
		if (abandonedSeconds > 0) this.#abandonedTimer = setTimeout(() => this.#abandon(), abandonedSeconds * 1e3);
	}
	/** Ids of requests without an answer. */
	get out() {
		const queued = this.#queue.flatMap(({ envelope }) => envelope?.kind === "request" ? [envelope.id ?? ""] : []);
		return [...this.#link.out, ...queued];
	}
	/** The next call waits for a server as long as its start takes. */
	waitForServer() {
		this.#source.released();
	}
	close() {
		if (this.#state === "closed") return;
		this.#state = "closed";
		clearTimeout(this.#abandonedTimer);
		this.#gone.abort();
		this.#link.close();
		this.#queue.length = 0;
		this.#gateway.destroy();
		this.#context.metrics.sessions.add(-1);
	}
	#received(piece) {
		const { bytes, envelope } = piece;
		this.#link.touch();
		this.#abandonedTimer?.refresh();
		if (this.#link.refuseRest(piece)) return;
		if (envelope?.kind === "response" && envelope.id === pingId) return;
		if (envelope?.method === Method.initialized && this.#state !== "attaching") this.#begun(bytes);
		if (this.#front.listen(piece)) this.#link.forwardAside(piece);
		else if (this.#state === "attaching") this.#queue.push(piece);
		else if (this.#state === "attached") this.#link.forward(piece);
		else if (this.#state === "detached") this.#wake(piece);
		else if (this.#state === "new") this.#begin(piece);
		else if (this.#state === "failed") this.#link.refuse(piece, "lost", "the server was lost, and with it the state of this session; open a new session");
	}
	/** Until the session has begun. An unknown first message goes to a server process, which answers it. */
	#begin(piece) {
		const isAnswered = this.#front.begin(piece);
		if (this.#front.handshake) {
			this.#state = "detached";
			if (!isAnswered) this.#wake(piece);
		} else if (!isAnswered) {
			this.#context.unhelped("opening");
			this.#queue.push(piece);
			this.#attachPlain();
		}
	}
	/**
	* The gateway's socat holds back what follows until this message is acknowledged, which the kernel puts off for 40 ms when there is
	* nothing to send (Nagle's algorithm): a ping carries the acknowledgement, and the session's first call comes at once.
	*/
	#begun(initialized) {
		this.#initialized = initialized;
		if (this.#front.handshake) this.#gateway.write(request$2(pingId, Method.ping));
	}
	/** A message for a session without a server process: only a request is worth one. */
	#wake(piece) {
		const { envelope } = piece;
		if (envelope && envelope.kind !== "request" && envelope.kind !== "batch") {
			this.#link.note(piece);
			return;
		}
		if (this.#front.answer(piece)) return;
		this.#queue.push(piece);
		if (this.#front.handshake) this.#attach(this.#front.handshake);
		else this.#attachPlain();
	}
	#attach(handshake) {
		const started = Date.now();
		const origin = this.#context.processes.isReady(handshake) ? "warm" : "cold";
		this.#state = "attaching";
		this.#gateway.pause();
		this.#source.take(handshake, this.#initialized, this.#gone.signal).then((connection) => {
			if (this.#state === "attaching") this.#attached(connection, origin, (Date.now() - started) / 1e3);
			else connection.upstream.release();
		}, (error) => {
			if (this.#state === "attaching") this.#unavailable(error);
		});
	}
	#attached({ upstream, backlog, loss }, origin, seconds) {
		const { metrics } = this.#context;
		metrics.attachSeconds.observe(seconds);
		if (this.#source.hasLost) metrics.reattached.add(1);
		const { handshake } = this.#front;
		this.#link.use(upstream, origin, handshake?.era === "modern" ? handshake.params : void 0);
		for (const { bytes, envelope } of backlog) this.#link.fromServer(bytes, envelope);
		this.#flush();
		if (loss) this.#link.handlers.lost(loss);
	}
	#unavailable({ message }) {
		this.#context.log.debug("no server process for a session", { reason: message });
		this.#state = "detached";
		this.#source.failed();
		for (const queued of this.#queue.splice(0)) this.#link.drop(queued, `unavailable: ${message}`);
		this.#gateway.resume();
	}
	#attachPlain() {
		this.#link.use(this.#context.pool.openPlain(this.#link.handlers), "cold");
		this.#flush();
	}
	#flush() {
		this.#state = "attached";
		this.#gateway.resume();
		for (const piece of this.#queue.splice(0)) this.#received(piece);
		if (this.#closing) this.#link.end();
	}
	#lost(calls) {
		this.#state = this.#context.settings.stateful ? "failed" : "detached";
		this.#source.lost(calls);
		if (this.#closing) this.#gateway.end();
		else this.#gateway.resume();
	}
	/** The gateway keeps connections of clients that left silently, each with a process of its own, for as long as it lives. */
	#abandon() {
		this.#abandonedTimer?.refresh();
		if (this.#state === "attaching" || this.#link.isBusy) return;
		this.#context.metrics.abandoned.add(1);
		this.#context.log.info("closed an abandoned session");
		this.close();
	}
	/**
	* The gateway, when it ends, closes its connections one after the other; socat would wait half a second for each that stays open. It is
	* gone with the last one, and must have passed on the last answer by then.
	*/
	#gatewayEnded() {
		this.#closing = true;
		const isDone = this.#state === "attached" && !this.#link.isBusy;
		if (this.#state === "attached" && !isDone) this.#link.end();
		else if (this.#state !== "attaching" && !isDone) this.#gateway.end();
		setTimeout(() => this.close(), isDone ? Math.max(0, flushMs$2 - this.#link.quietMs) : lingerMs$1).unref();
	}
};
// relay/status.ts
const states = [
	"starting",
	"serving",
	"failed",
	"unreachable"
];
/** How long unreachable servers are not reported: their pods may start at the same time as the relay's. */
const quietMs = 1e4;
var ServerStatus = class {
	#look;
	#metrics;
	#log;
	#state = "starting";
	#since = /* @__PURE__ */ new Date();
	#failure;
	/** What was logged last, without what changes from one attempt to the next. */
	#told = "";
	/** Since it served, one attempt has failed. */
	#isDoubtful = false;
	#createdAt = Date.now();
	constructor(look, metrics, log) {
		this.#look = look;
		this.#metrics = metrics;
		this.#log = log;
		this.#publish();
	}
	get state() {
		return this.#state;
	}
	/** Whether the last attempt showed that it serves. */
	get isCertain() {
		return this.#state === "serving" && !this.#isDoubtful;
	}
	get since() {
		return this.#since;
	}
	get failure() {
		return this.#failure;
	}
	/** What went wrong last, in words; empty if it serves. */
	get reason() {
		return this.#failure && !this.isCertain ? describeFailure(this.#failure) : "";
	}
	/** It accepts a connection, which says nothing about a server that failed to start. */
	connected() {
		if (this.#state === "unreachable") this.#enter("starting");
	}
	/** It answered `initialize`; true if it did not serve before. */
	served() {
		this.#isDoubtful = false;
		if (this.#state === "serving") return false;
		this.#enter("serving");
		this.#told = "";
		this.#log.info("the server is serving");
		return true;
	}
	/** It could not be reached, or did not start. */
	failed(stage, loss) {
		this.noted(stage, loss);
		if (this.#state === "serving" && !this.#isDoubtful) {
			this.#isDoubtful = true;
			return;
		}
		const state = isUnreached(stage) && !loss.isFinal ? "unreachable" : "failed";
		if (state !== this.#state) this.#enter(state);
		if (state === "unreachable" && Date.now() - this.#createdAt < quietMs) return;
		const words = this.reason.replaceAll(/\d+/g, "0");
		if (words === this.#told) return;
		this.#told = words;
		this.#log.warn(state === "failed" ? "the server does not start" : "the server is unreachable", {
			...fieldsOf(stage, loss),
			look: isUnreached(stage) ? this.#look : void 0
		});
	}
	/** Something went wrong, but the server may still serve. */
	noted(stage, loss) {
		this.#failure = {
			...loss,
			stage,
			at: /* @__PURE__ */ new Date()
		};
		this.#metrics.failures(stage).add(1);
		this.#log.debug("failure", fieldsOf(stage, loss));
	}
	#enter(state) {
		this.#state = state;
		this.#since = /* @__PURE__ */ new Date();
		this.#publish();
	}
	#publish() {
		this.#metrics.up.set(this.#state === "serving" ? 1 : 0);
		for (const state of states) this.#metrics.state(state).set(state === this.#state ? 1 : 0);
	}
};
function fieldsOf(stage, { reason, status, lastLine }) {
	return {
		stage,
		reason,
		status,
		lastLine
	};
}
// relay/upstream.ts
/** Time for a server to exit before its connection is cut. */
const lingerMs = 5e3;
const closed = { reason: "the connection was closed" };
var TcpUpstream = class {
	handlers;
	#framer;
	#connectTimeoutMs;
	#podLost;
	#socket;
	/** What is written before there is a connection. */
	#unsent = [];
	#connected = false;
	#ended = false;
	#over = false;
	/**
	* Where nothing accepts at `target`, `unready` is tried. `podLost` is called besides when the other end closes the connection,
	* as it does when its pod ends.
	*/
	constructor({ target, unready }, { connectTimeoutMs, maxLength }, handlers, podLost) {
		this.handlers = handlers;
		this.#framer = new Framer(this, maxLength);
		this.#connectTimeoutMs = connectTimeoutMs;
		this.#podLost = podLost;
		this.#socket = this.#connect(target, lookup$1, (loss) => {
			const isPaused = this.#socket.isPaused();
			if (unready) this.#socket = this.#connect(unready, void 0, () => this.#lose(loss));
			else this.#lose(loss);
			if (isPaused) this.#socket.pause();
		});
	}
	#connect(address, resolve, failed) {
		const socket = connect({
			...address,
			...resolve && { lookup: resolve },
			noDelay: true,
			keepAlive: true,
			keepAliveInitialDelay: 6e4,
			allowHalfOpen: true
		});
		let isUnresolved = isIP(address.host) === 0;
		let hasFailed = false;
		const lose = (loss) => {
			clearTimeout(timer);
			if (hasFailed) return;
			hasFailed = true;
			socket.destroy();
			if (this.#connected) this.#lose(loss, true);
			else if (!this.#over) failed(loss);
		};
		const timer = setTimeout(() => {
			const what = isUnresolved ? `no address for ${address.host}` : "no connection";
			lose({
				reason: `${what} within ${this.#connectTimeoutMs / 1e3} s`,
				isUnresolved
			});
		}, this.#connectTimeoutMs);
		socket.once("lookup", () => isUnresolved = false);
		socket.once("connect", () => {
			clearTimeout(timer);
			this.#connected = true;
			this.#flush();
			if (!this.#over) this.handlers.connected();
		});
		socket.on("data", (chunk) => this.#framer.push(chunk));
		socket.on("drain", () => {
			if (!this.#over) this.handlers.drain();
		});
		socket.on("end", () => {
			this.#framer.end();
			lose(closed);
		});
		socket.on("error", (error) => lose(connectError(error)));
		socket.on("close", () => lose(closed));
		return socket;
	}
	#flush() {
		const unsent = this.#unsent;
		this.#unsent = [];
		for (const bytes of unsent) this.#socket.write(bytes);
		if (this.#ended) this.#socket.end();
		if (unsent.length > 0 && !this.#over) this.handlers.drain();
	}
	message(bytes, envelope) {
		const end = envelope.kind === "invalid" ? processEnd(bytes) : void 0;
		if (end !== void 0) this.#lose(end);
		else if (!this.#over) this.handlers.message(bytes, envelope);
	}
	part(bytes, envelope) {
		if (!this.#over) this.handlers.part(bytes, envelope);
	}
	write(bytes) {
		if (this.#connected) return gather(this.#socket, bytes);
		this.#unsent.push(bytes);
		return false;
	}
	pause() {
		this.#socket.pause();
	}
	resume() {
		this.#socket.resume();
	}
	end() {
		this.#ended = true;
		if (this.#connected) this.#socket.end();
	}
	release() {
		this.#over = true;
		this.#socket.resume();
		this.end();
		setTimeout(() => this.#socket.destroy(), lingerMs).unref();
	}
	destroy() {
		this.#over = true;
		this.#socket.destroy();
	}
	#lose(loss, isClosed = false) {
		this.#socket.destroy();
		if (this.#over) return;
		this.#over = true;
		if (isClosed && this.#connected) this.#podLost();
		this.handlers.lost(loss);
	}
};
// relay/server.ts
/**
* A server is asked again what it offers so long after a pod was lost: all connections of a pod are lost together, and the
* sessions that lost theirs have precedence; and a rollout of several pods takes longer than the first one.
*/
const looksMs = [
	3e3,
	3e4,
	12e4
];
const maxGreetings = 8;
var RelayServer = class {
	config;
	status;
	#metrics;
	#shared;
	#pool;
	#processes;
	#lister;
	#listener;
	#sessions = /* @__PURE__ */ new Set();
	#log;
	#eras;
	/** The server's own answers to the handshakes that are known, by their keys. */
	#greetings = /* @__PURE__ */ new Map();
	#unhelped = /* @__PURE__ */ new Set();
	#lookTimers = [];
	constructor(config, shared) {
		this.config = config;
		this.#shared = shared;
		this.#log = shared.log.with({ server: config.name });
		this.#metrics = serverMetrics(shared.metrics, config.name);
		this.#metrics.required.set(config.required ? 1 : 0);
		this.status = new ServerStatus(config.look, this.#metrics, this.#log);
		this.#lister = new Lister(config.handshakeTimeoutSeconds * 1e3, {
			wanted: () => this.#pool.fill(),
			listed: (lists) => shared.listings.learn(config.name, lists),
			failed: (loss) => {
				this.#log.warn("could not list what the server offers", { reason: loss.reason });
				this.status.noted("handshake", loss);
			}
		});
		for (const reason of ["opening", "protocol"]) this.#metrics.unhelped(reason).add(0);
		for (const reason of ["lost", "silent"]) this.#metrics.losses(reason).add(0);
		this.#eras = new Eras(shared.known, config.target !== void 0);
		const dial = (handlers) => open(config, handlers, () => this.#podLost());
		this.#pool = new Pool({
			settings: config,
			dial,
			known: shared.known,
			eras: this.#eras,
			metrics: this.#metrics,
			status: this.status,
			lister: this.#lister,
			served: ({ key }, result) => {
				if (this.#greetings.size >= maxGreetings) this.#greetings.clear();
				this.#greetings.set(key, result);
			}
		});
		this.#processes = new Sharing(this.#pool, config, this.#metrics);
		const context = this.#sessionContext();
		this.#listener = createServer$1({
			allowHalfOpen: true,
			noDelay: true,
			keepAlive: true
		}, (socket) => {
			const session = new Session(socket, context);
			this.#sessions.add(session);
			socket.once("close", () => this.#sessions.delete(session));
		});
	}
	/** Whether there is nothing to wait for: the gateway has what the server offers. */
	get isSettled() {
		return this.#shared.listings.has(this.config.name) || this.status.state === "failed" || this.#lister.hasFailed;
	}
	get sessions() {
		return [...this.#sessions];
	}
	/** The port it listens on. */
	get port() {
		const address = this.#listener.address();
		return typeof address === "object" && address ? address.port : 0;
	}
	listen() {
		return new Promise((resolve, reject) => {
			this.#listener.once("error", reject);
			this.#listener.listen(this.config.listen, () => {
				this.#listener.removeListener("error", reject);
				this.#listener.on("error", (error) => this.#log.error("listening failed", { reason: error.message }));
				this.#pool.fill();
				resolve();
			});
		});
	}
	/** What the gateway can have of the server may be something else. */
	countOffer() {
		const { offered, hidden, changed } = this.#shared.listings.offer(this.config.name);
		this.#metrics.knowTools(offered.tool.map((tool) => tool.name));
		this.#metrics.hidden.set(hidden.length);
		this.#metrics.changedTools.set(changed.length);
	}
	/** The gateway finds it no more; the sessions that there are go on. */
	stopListening() {
		this.#listener.close();
	}
	close() {
		for (const timer of this.#lookTimers) clearTimeout(timer);
		this.#listener.close();
		for (const session of this.#sessions) session.close();
		this.#lister.close();
		this.#processes.close();
		this.#pool.close();
	}
	#sessionContext() {
		const { listings, refresh } = this.#shared;
		return {
			name: this.config.name,
			settings: this.config,
			pool: this.#pool,
			processes: this.#processes,
			metrics: this.#metrics,
			status: this.status,
			log: this.#log,
			listings,
			canRefresh: refresh.isPossible,
			renames: this.config.prefix !== void 0,
			greeting: (handshake) => this.#greet(handshake),
			discovery: (handshake) => this.#discover(handshake),
			observe: (session) => this.#observe(session),
			unhelped: (reason) => this.#tellUnhelped(reason),
			isOwn: (request, reply) => {
				const isOwn = refresh.isOwn(this.config.name, request, reply);
				if (isOwn) for (const session of this.#sessions) session.waitForServer();
				return isOwn;
			}
		};
	}
	/** The call log, at level debug, and traces. */
	#observe(session) {
		const { traces } = this.#shared;
		const log = this.#log.writes("debug") ? this.#log.with({ session }) : void 0;
		if (!log && !traces) return void 0;
		const place = {
			server: this.config.name,
			session
		};
		return (call) => {
			log?.debug("call", callFields(call));
			traces?.ended(call, place);
		};
	}
	/** Whether the server is there or not: the gateway must not wait for it. */
	#greet(handshake) {
		this.#shared.known.learn(handshake);
		if (this.#eras.isModernOnly) this.#tellUnhelped("protocol");
		return this.#greetings.get(handshake.key) ?? standIn(handshake, this.config.name);
	}
	#discover(handshake) {
		this.#shared.known.learn(handshake);
		return this.#eras.speaksModern ? this.#greetings.get(handshake.key) : void 0;
	}
	/** Counts each one and logs the first, so that it is not missed that a server becomes slow or unusable. */
	#tellUnhelped(reason) {
		this.#metrics.unhelped(reason).add(1);
		if (this.#unhelped.has(reason)) return;
		this.#unhelped.add(reason);
		this.#log.warn("the relay does not support a session", { reason: unhelpedWords[reason] });
	}
	/** A connection was closed at the other end: the server's pod may be another one from now on. */
	#podLost() {
		for (const timer of this.#lookTimers) clearTimeout(timer);
		this.#lookTimers = looksMs.map((ms) => setTimeout(() => {
			this.#eras.doubt();
			this.#lister.look();
		}, ms));
	}
};
const unhelpedWords = {
	opening: "its first message is neither initialize nor server/discover, nor of protocol 2026-07-28, which this server supports",
	protocol: "the server supports only protocol 2026-07-28, and this gateway does not"
};
function open(config, handlers, podLost) {
	const { name, url, transport, headers, problem, target, unready, connectTimeoutSeconds, maxMessageMiB } = config;
	const limits = {
		connectTimeoutMs: connectTimeoutSeconds * 1e3,
		maxLength: maxMessageMiB > 0 ? maxMessageMiB * 2 ** 20 : Infinity
	};
	if (problem !== void 0) return new NoUpstream({
		reason: problem,
		isFinal: true
	}, handlers);
	const Http = transport === "sse" ? SseUpstream : HttpUpstream;
	if (url) return new Http(url, headers, limits, handlers, `server ${name}: `);
	if (target) return new TcpUpstream({
		target,
		unready
	}, limits, handlers, podLost);
	throw new Error(`server ${name} has no address`);
}
// relay/spans.ts
const kinds = {
	internal: 1,
	server: 2,
	client: 3
};
const statusError = 2;
/** Of names that clients choose, no more is kept. */
const maxName = 128;
/** Whether a call is to be traced: as its client decided, or, where that says nothing, a share of all. */
function isSampled({ traceparent }, ratio) {
	return traceparent === void 0 ? Math.random() < ratio : (Number.parseInt(traceparent.slice(-2), 16) & 1) === 1;
}
/** The call as a whole; within it the wait for a process, unless the session had one, and the server's time. */
function spansOf(call, { server, session }) {
	const { id, method, arrivedAt, endedAt, outcome, sent, traceparent } = call;
	const [, traceId = randomHex(16), parentSpanId] = traceparent?.split("-") ?? [];
	const tool = call.tool === void 0 ? void 0 : printable(call.tool).slice(0, maxName);
	const name = printable([method, tool].join(" ")).slice(0, 256);
	const failed = outcome === "ok" ? void 0 : outcome;
	const status = failed === void 0 ? {} : {
		code: statusError,
		message: failed
	};
	const spanId = randomHex(8);
	const attributes = {
		"mcp.method.name": method,
		"gen_ai.tool.name": tool,
		"jsonrpc.request.id": id,
		"mcpgen.server": server,
		"mcpgen.session": session,
		"mcpgen.process": sent?.origin,
		"error.type": failed
	};
	const spans = [{
		traceId,
		spanId,
		...parentSpanId === void 0 ? {} : { parentSpanId },
		name,
		kind: kinds.server,
		...times(arrivedAt, endedAt),
		status,
		attributes: attributesOf(attributes)
	}];
	const add = (part, kind, from, to, hasFailed) => {
		const common = {
			traceId,
			spanId: randomHex(8),
			parentSpanId: spanId,
			name: part,
			kind,
			...times(from, to)
		};
		const own = {
			"mcpgen.server": server,
			"mcpgen.process": sent?.origin
		};
		spans.push({
			...common,
			attributes: attributesOf(own),
			status: hasFailed ? status : {}
		});
	};
	if (sent?.origin !== "held") add("wait for a process", kinds.internal, arrivedAt, sent?.at ?? endedAt, !sent);
	if (sent) add(name, kinds.client, sent.at, endedAt, true);
	return spans;
}
function attributesOf(values) {
	return Object.entries(values).flatMap(([key, value]) => value === void 0 ? [] : [{
		key,
		value: { stringValue: value }
	}]);
}
/** `from` and `to` are of `performance.now()`, which no correction of the clock moves. */
function times(from, to) {
	const shift = Date.now() - performance.now();
	return {
		startTimeUnixNano: nanoseconds(shift + from),
		endTimeUnixNano: nanoseconds(shift + to)
	};
}
/** More digits than a number has. */
function nanoseconds(milliseconds) {
	const whole = Math.floor(milliseconds);
	return String(BigInt(whole) * 1000000n + BigInt(Math.floor((milliseconds - whole) * 1e6)));
}
function randomHex(bytes) {
	return randomBytes(bytes).toString("hex");
}
// relay/version.ts
const version = "0.1.0";
// relay/traces.ts
const flushMs$1 = 5e3;
const timeoutMs = 1e4;
/** Most spans that are sent at once, and most that wait for it. */
const batchSize = 512;
const maxWaiting = 4096;
var Traces = class {
	#settings;
	#log;
	#count;
	#resource;
	#waiting = [];
	#timer;
	#isSending = false;
	#hasFailed = false;
	constructor(settings, metrics, log) {
		this.#settings = settings;
		this.#log = log;
		this.#count = (outcome, spans) => metrics.counter("mcpgen_relay_spans_total", "Trace spans, by outcome.", { outcome }).add(spans);
		this.#count("sent", 0);
		this.#count("dropped", 0);
		const names = {
			"service.name": "mcpgen-relay",
			"service.version": version,
			"service.instance.id": hostname()
		};
		this.#resource = { attributes: attributesOf(names) };
	}
	ended(call, place) {
		if (!isSampled(call, this.#settings.ratio)) return;
		const spans = spansOf(call, place);
		if (this.#waiting.length + spans.length > maxWaiting) {
			this.#count("dropped", spans.length);
			return;
		}
		this.#waiting.push(...spans);
		if (this.#waiting.length >= batchSize) this.flush();
		else this.#timer ??= setTimeout(() => void this.flush(), flushMs$1).unref();
	}
	/** Sends what waits. */
	async flush() {
		clearTimeout(this.#timer);
		this.#timer = void 0;
		if (this.#isSending) return;
		this.#isSending = true;
		while (this.#waiting.length > 0) await this.#send(this.#waiting.splice(0, batchSize));
		this.#isSending = false;
	}
	async #send(spans) {
		const scopeSpans = [{
			scope: {
				name: "mcpgen",
				version
			},
			spans
		}];
		const body = JSON.stringify({ resourceSpans: [{
			resource: this.#resource,
			scopeSpans
		}] });
		const problem = await this.#post(body).catch((error) => String(error.cause ?? error.message));
		this.#count(problem === void 0 ? "sent" : "dropped", spans.length);
		if (problem !== void 0 && !this.#hasFailed) this.#log.warn("the collector does not accept traces", {
			url: this.#settings.url.href,
			reason: problem
		});
		if (problem === void 0 && this.#hasFailed) this.#log.info("the collector accepts traces again");
		this.#hasFailed = problem !== void 0;
	}
	/** Returns what went wrong, if anything did. */
	async #post(body) {
		const response = await fetch(this.#settings.url, {
			method: "POST",
			headers: { "content-type": "application/json" },
			body,
			redirect: "error",
			signal: AbortSignal.timeout(timeoutMs)
		});
		await response.body?.cancel();
		return response.ok ? void 0 : `status ${response.status}`;
	}
};
// relay/relay.ts
var Relay = class {
	metrics = new Metrics();
	servers;
	admin;
	#refresh;
	#watch;
	#traces;
	constructor(config, log) {
		const { metrics } = this;
		const known = new KnownHandshake();
		const listings = new Listings(config.servers, config.toolDefinitions, log, {
			changed: () => {
				for (const server of this.servers.values()) server.countOffer();
				refresh.request();
			},
			answered: (server) => refresh.answered(server)
		});
		const isHealthy = () => isGatewayHealthy(config.gatewayHealth);
		const refresh = new Refresh({
			gateway: config.gateway,
			listings,
			isHealthy,
			metrics,
			log
		});
		this.#refresh = refresh;
		this.#watch = new GatewayWatch(isHealthy, metrics);
		metrics.gauge("mcpgen_relay_build_info", "The versions of mcpgen and of Node.js, as labels.", {
			version,
			node: process.version
		}).set(1);
		this.#traces = config.traces && new Traces(config.traces, metrics, log);
		const shared = {
			known,
			listings,
			refresh,
			metrics,
			traces: this.#traces,
			log
		};
		this.servers = new Map(config.servers.map((server) => [server.name, new RelayServer(server, shared)]));
		this.admin = new Admin(config, [...this.servers.values()], listings, metrics);
	}
	async listen() {
		await Promise.all([...this.servers.values()].map((server) => server.listen()));
		await this.admin.listen();
		this.#watch.start();
	}
	/** After `close`: what is known of the last calls is sent. */
	async flush() {
		await this.#traces?.flush();
	}
	/** Accepts no new sessions, and waits for running calls, at most this long. */
	async drain(limitMs) {
		const servers = [...this.servers.values()];
		for (const server of servers) server.stopListening();
		await drained(servers.flatMap(({ sessions }) => sessions), limitMs);
	}
	close() {
		this.admin.close();
		this.#watch.close();
		this.#refresh.close();
		for (const server of this.servers.values()) server.close();
	}
};
// relay/main.ts
const path = process.argv[2] ?? process.env["RELAY_CONFIG"] ?? "/etc/mcpgen-relay/config.json";
/** Time for the last traces to reach the collector. */
const flushMs = 500;
/** Less than Docker gives it. In Kubernetes it ends after the gateway, and has no sessions any more. */
const drainMs = 8e3;
try {
	const config = readConfig(readFileSync(path, "utf8"), process.env);
	const log = new Log(config.logLevel, "relay");
	const relay = new Relay(config, log);
	let isStopping = false;
	const stop = async (signal) => {
		log.info("stopping", { signal });
		if (!isStopping) {
			isStopping = true;
			await relay.drain(drainMs);
		}
		relay.close();
		setTimeout(() => process.exit(0), flushMs);
		relay.flush().then(() => process.exit(0));
	};
	process.on("SIGTERM", (signal) => void stop(signal));
	process.on("SIGINT", (signal) => void stop(signal));
	process.on("uncaughtException", (error) => {
		log.error("internal error", { stack: error.stack });
		process.exit(1);
	});
	await relay.listen();
	log.info("listening", {
		servers: config.servers.length,
		node: process.version
	});
} catch (error) {
	if (!(error instanceof ConfigError) && !error.code) throw error;
	new Log("error", "relay").error(`the relay cannot start: ${error.message}`, { path });
	process.exit(1);
}
export {};

// eventsource-parser 3.1.1, MIT
//
// MIT License
//
// Copyright (c) 2026 Espen Hovlandsdal <espen@hovlandsdal.com>
//
// Permission is hereby granted, free of charge, to any person obtaining a copy
// of this software and associated documentation files (the "Software"), to deal
// in the Software without restriction, including without limitation the rights
// to use, copy, modify, merge, publish, distribute, sublicense, and/or sell
// copies of the Software, and to permit persons to whom the Software is
// furnished to do so, subject to the following conditions:
//
// The above copyright notice and this permission notice shall be included in all
// copies or substantial portions of the Software.
//
// THE SOFTWARE IS PROVIDED "AS IS", WITHOUT WARRANTY OF ANY KIND, EXPRESS OR
// IMPLIED, INCLUDING BUT NOT LIMITED TO THE WARRANTIES OF MERCHANTABILITY,
// FITNESS FOR A PARTICULAR PURPOSE AND NONINFRINGEMENT. IN NO EVENT SHALL THE
// AUTHORS OR COPYRIGHT HOLDERS BE LIABLE FOR ANY CLAIM, DAMAGES OR OTHER
// LIABILITY, WHETHER IN AN ACTION OF CONTRACT, TORT OR OTHERWISE, ARISING FROM,
// OUT OF OR IN CONNECTION WITH THE SOFTWARE OR THE USE OR OTHER DEALINGS IN THE
// SOFTWARE.
