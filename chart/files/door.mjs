// The door of mcpgen, made of door/*.ts by door/build.mjs: do not edit.
import { readFileSync, readdirSync } from "node:fs";
import { Agent, createServer, request } from "node:http";
import { createCipheriv, createDecipheriv, createHash, hkdfSync, randomBytes } from "node:crypto";
import { join } from "node:path";
import { deflateRawSync, inflateRawSync } from "node:zlib";
import { setTimeout as setTimeout$1 } from "node:timers/promises";
// relay/messages.ts
const ownPrefix = "\"mcpgen-";
/** JSON text of the id of a request that the relay makes itself; none of the gateway's is like it. */
function ownId(name) {
	return `${ownPrefix}${name}"`;
}
ownId("ping");
function isObject(value) {
	return typeof value === "object" && value !== null && !Array.isArray(value);
}
// relay/config-reader.ts
var ConfigError = class extends Error {};
/** One object of the file. */
var Reader = class Reader {
	#object;
	#path;
	constructor(value, path) {
		if (value !== void 0 && !isObject(value)) throw new ConfigError(`${path} is not an object`);
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
		return this.#typed(name, (value) => typeof value === "string", "text");
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
		return this.#typed(name, fits, "a list of texts");
	}
	#typed(name, fits, what) {
		const value = this.#object[name];
		if (value !== void 0 && !fits(value)) throw new ConfigError(`${this.#path}.${name} must be ${what}`);
		return value;
	}
};
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
// door/admin.ts
var Admin = class {
	#config;
	#http;
	constructor(config, door) {
		this.#config = config;
		this.#http = createServer((request, response) => {
			const [status, text] = answerOf(door, request.url ?? "");
			response.writeHead(status, { "content-type": "text/plain; charset=utf-8" }).end(text);
		});
	}
	async listen() {
		await new Promise((resolve, reject) => {
			this.#http.once("error", reject);
			this.#http.listen(this.#config.admin, resolve);
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
};
function answerOf(door, path) {
	if (path === "/healthz") return [200, "ok\n"];
	if (path === "/readyz") return door.isEnding ? [503, "ending\n"] : [200, "ok\n"];
	return path === "/metrics" ? [200, door.metricsText()] : [404, "not found\n"];
}
// relay/config.ts
function readAddress(text, what) {
	const match = /^(?:\[(.+)\]|([^:]+)):(\d+)$/.exec(text);
	const port = Number(match?.[3]);
	if (!match || port > 65535) throw new ConfigError(`${what}: ${text} is not host:port`);
	return {
		host: match[1] ?? match[2] ?? "",
		port
	};
}
// door/rules.ts
function readRule(value, at) {
	const reader = new Reader(value, at);
	const unknown = reader.names().find((name) => ![
		"users",
		"groups",
		"servers",
		"tools",
		"deny"
	].includes(name));
	if (unknown !== void 0) throw new ConfigError(`${at} has an unknown field ${unknown}`);
	const globs = (name) => reader.texts(name)?.map(globOf);
	return {
		users: globs("users"),
		groups: globs("groups"),
		servers: globs("servers") ?? [globOf("*")],
		tools: globs("tools"),
		denies: reader.boolean("deny", false)
	};
}
/** `*` is any text, `?` any character. */
function globOf(text) {
	const escaped = text.replaceAll(/[\\^$.+()|[\]{}/-]/g, "\\$&");
	return new RegExp(`^${escaped.replaceAll(/\*+/g, ".*").replaceAll("?", ".")}$`, "su");
}
/** Without any rule, all may use everything. */
function isAllowed(rules, caller, wanted) {
	if (rules.length === 0) return true;
	const own = rules.filter((rule) => concerns(rule, caller));
	if (wanted.servers.length === 0) return isAllowedAnywhere(own, wanted);
	return wanted.servers.every((server) => {
		const fitting = own.filter((rule) => rule.servers.some((glob) => glob.test(server)) && covers(rule, wanted));
		return fitting.length > 0 && !fitting.some(({ denies }) => denies);
	});
}
/** It may be any server's: so no server may be denied. */
function isAllowedAnywhere(rules, wanted) {
	const fitting = rules.filter((rule) => covers(rule, wanted));
	return fitting.some(({ denies, servers }) => !denies && servers.some(({ source }) => source === "^.*$")) && !fitting.some(({ denies }) => denies);
}
function concerns({ users, groups }, caller) {
	if (!users && !groups) return true;
	return (users?.some((glob) => glob.test(caller.user)) ?? false) || (groups?.some((glob) => caller.groups.some((group) => glob.test(group))) ?? false);
}
function covers({ tools }, { tool }) {
	return !tools || tool !== void 0 && tools.some((glob) => glob.test(tool));
}
// door/config.ts
const limits = {
	connections: 2e3,
	headerKiB: 16,
	bodyKiB: 4096,
	answerMiB: 20,
	requestSeconds: 30,
	callsPerMinute: 600,
	sessions: 20
};
function readConfig(text, environment) {
	let file;
	try {
		file = JSON.parse(text);
	} catch (error) {
		throw new ConfigError(`the configuration is not valid JSON: ${error.message}`);
	}
	const root = new Reader(file, "configuration");
	const logLevel = root.text("logLevel") ?? "info";
	if (!isLevel(logLevel)) throw new ConfigError(`logLevel ${logLevel}: use debug, info, warn or error`);
	const gatewayToken = environment["MCP_GATEWAY_AUTH_TOKEN"]?.trim();
	if (!gatewayToken) throw new ConfigError("the environment has no MCP_GATEWAY_AUTH_TOKEN");
	const gateway = optionalUrl(root, "gateway");
	if (!gateway) throw new ConfigError("configuration.gateway is missing");
	return {
		listen: listenAddress(required(root, "listen"), "listen"),
		admin: listenAddress(required(root, "admin"), "admin"),
		gateway,
		gatewayToken,
		path: root.text("path") ?? "/mcp",
		pod: environment["POD_IP"] ?? "127.0.0.1",
		admission: {
			hosts: (root.texts("hosts") ?? []).map((host) => host.toLowerCase()),
			origins: root.texts("origins") ?? []
		},
		keys: root.text("keys"),
		relay: optionalUrl(root, "relay"),
		tools: readTools(root.object("tools")),
		rules: readList(root.value("rules"), "rules").map((rule, index) => readRule(rule, `rules[${index}]`)),
		limits: readLimits(root.object("limits")),
		waitSeconds: root.number("waitSeconds", 30),
		idleSeconds: root.number("idleSeconds", 3600),
		drainSeconds: root.number("drainSeconds", 20),
		maxAgeSeconds: 86400 * root.number("maxAgeDays", 30),
		logLevel
	};
}
function readLimits(reader) {
	const entries = Object.entries(limits).map(([name, value]) => [name, reader.number(name, value)]);
	return Object.fromEntries(entries);
}
function readTools(reader) {
	return Object.fromEntries(reader.names().map((server) => [server, reader.texts(server) ?? []]));
}
function readList(value, name) {
	if (value !== void 0 && !Array.isArray(value)) throw new ConfigError(`configuration.${name} must be a list`);
	return value ?? [];
}
function optionalUrl(reader, name) {
	const text = reader.text(name);
	if (text !== void 0 && !URL.canParse(text)) throw new ConfigError(`configuration.${name} is not a URL`);
	return text === void 0 ? void 0 : new URL(text);
}
function required(reader, name) {
	const text = reader.text(name);
	if (text === void 0) throw new ConfigError(`configuration.${name} is missing`);
	return text;
}
/** `:port` is every address. */
function listenAddress(text, what) {
	return text.startsWith(":") ? {
		host: "",
		port: readAddress(`localhost${text}`, what).port
	} : readAddress(text, what);
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
// door/refusal.ts
const ErrorCode = {
	Parse: -32700,
	InvalidRequest: -32600,
	MethodNotFound: -32601,
	InvalidParams: -32602,
	/** The gateway, or the session's state in it, was lost. */
	Lost: -32e3,
	/** There is no such session, or not for this caller. */
	NoSession: -32001,
	Unauthorized: -32010,
	/** No rule allows it. */
	Denied: -32011,
	/** More than a limit allows. */
	Limit: -32012
};
var Refusal = class {
	status;
	code;
	message;
	headers;
	constructor(status, code, message, headers = {}) {
		this.status = status;
		this.code = code;
		this.message = message;
		this.headers = headers;
	}
};
/** `id` is JSON text. */
function errorText(id, { code, message }) {
	return `{"jsonrpc":"2.0","id":${id},"error":${JSON.stringify({
		code,
		message
	})}}`;
}
/** Answers a request that was not read to its end, so that the connection cannot be used again. */
function refuse(response, refusal, id = "null") {
	if (response.headersSent) {
		response.destroy();
		return;
	}
	if (!response.req.complete) response.setHeader("connection", "close");
	const text = errorText(id, refusal);
	response.writeHead(refusal.status, {
		"content-type": "application/json",
		...refusal.headers
	}).end(text);
}
// door/admission.ts
const allowedHeaders = [
	"authorization",
	"content-type",
	"accept",
	"last-event-id",
	"mcp-session-id"
].concat([
	"mcp-protocol-version",
	"mcp-method",
	"mcp-name"
]);
/** Headers for whatever is answered, or why the request is refused. */
function admit({ hosts, origins }, request) {
	const host = hostName(request.headers.host ?? "");
	if (!hosts.includes("*") && !hosts.includes(host)) return new Refusal(403, ErrorCode.InvalidRequest, "this host is not served here: see door.hosts");
	const query = new URLSearchParams((request.url ?? "").split("?")[1] ?? "");
	if ([
		"access_token",
		"token",
		"key",
		"api_key"
	].some((name) => query.has(name))) return new Refusal(400, ErrorCode.InvalidRequest, "send the token in the header Authorization: URLs end up in logs");
	const { origin } = request.headers;
	if (origin === void 0) return {};
	if (!origins.includes(origin)) return new Refusal(403, ErrorCode.InvalidRequest, "pages of this origin may not call this server: see door.origins");
	return {
		"access-control-allow-origin": origin,
		"access-control-expose-headers": "mcp-session-id, www-authenticate, retry-after",
		vary: "origin"
	};
}
/** What a browser asks before it sends a request with headers of its own. */
function preflight(headers) {
	return {
		...headers,
		"access-control-allow-methods": "GET, POST, DELETE",
		"access-control-allow-headers": allowedHeaders.join(", "),
		"access-control-max-age": "600"
	};
}
function hostName(header) {
	return header.toLowerCase().replace(/:\d+$/, "").replace(/\.$/, "");
}
// door/answer.ts
/** Proxies take a connection for dead that says nothing for a minute. */
const keepAliveMs$1 = 15e3;
var Answer = class {
	id;
	#response;
	#headers;
	#keepAlive;
	#isStream = false;
	/** `headers` go along with whatever it becomes. */
	constructor(response, id, headers = {}) {
		this.#response = response;
		this.id = id;
		this.#headers = headers;
		this.#keepAlive = setInterval(() => this.#write(": waiting\n\n"), keepAliveMs$1);
		response.once("close", () => clearInterval(this.#keepAlive));
	}
	get isOver() {
		return this.#response.writableEnded || this.#response.destroyed;
	}
	/** Calls back when the client has gone away; the result ends that. */
	onClose(callback) {
		const listener = () => {
			if (!this.#response.writableFinished) callback();
		};
		this.#response.once("close", listener);
		return () => this.#response.off("close", listener);
	}
	/** A message before the last. */
	message(text) {
		this.#write(event(text));
	}
	/** The last message. */
	finish(text) {
		if (this.isOver) return;
		if (this.#isStream) this.#response.end(event(text));
		else this.#response.writeHead(200, {
			"content-type": "application/json",
			...this.#headers
		}).end(text);
	}
	error(code, message) {
		this.finish(errorText(this.id, {
			code,
			message
		}));
	}
	drained() {
		if (!this.#response.writableNeedDrain || this.isOver) return void 0;
		return new Promise((resolve) => {
			this.#response.once("drain", resolve);
			this.#response.once("close", resolve);
		});
	}
	#write(text) {
		if (this.isOver) return;
		if (!this.#isStream) this.#response.writeHead(200, {
			...streamHeaders,
			...this.#headers
		});
		this.#isStream = true;
		this.#response.write(text);
	}
};
const streamHeaders = {
	"content-type": "text/event-stream",
	"cache-control": "no-cache, no-transform"
};
/** A message as an event: JSON may have line ends between its parts. */
function event(text) {
	return `event: message\ndata: ${text.replace(/[\r\n]+/g, " ")}\n\n`;
}
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
// door/gateway.ts
function isLost(value) {
	return typeof value === "object" && "lost" in value;
}
var Gateway = class {
	#url;
	#authorization;
	#agent = new Agent({
		keepAlive: true,
		maxFreeSockets: 64
	});
	constructor(url, token) {
		this.#url = url;
		this.#authorization = `Bearer ${token}`;
	}
	/** Resolves when the gateway answers, or cannot. */
	async send(sent) {
		await new Promise((resolve) => setImmediate(resolve));
		return this.#send(sent);
	}
	#send({ method, session, version, body, signal }) {
		const options = {
			method,
			headers: {
				authorization: this.#authorization,
				accept: method === "GET" ? "text/event-stream" : "application/json, text/event-stream",
				...session !== void 0 && { "mcp-session-id": session },
				...version !== void 0 && { "mcp-protocol-version": version },
				...body !== void 0 && {
					"content-type": "application/json",
					"content-length": Buffer.byteLength(body)
				}
			},
			agent: this.#agent,
			...signal && { signal }
		};
		return new Promise((resolve) => {
			let wasSent = false;
			const outgoing = request(this.#url, options, resolve);
			outgoing.on("error", (error) => resolve({
				lost: error.code ?? error.message,
				wasSent
			}));
			outgoing.on("socket", (socket) => {
				if (!socket.connecting) wasSent = true;
				else socket.once("connect", () => wasSent = true);
			});
			outgoing.end(body);
		});
	}
	close() {
		this.#agent.destroy();
	}
};
/** Reads the messages of an answer, which is one message as JSON or a stream of them. */
async function readMessages(answer, maxLength, sink) {
	const isStream = /^text\/event-stream\b/i.test(answer.headers["content-type"] ?? "");
	let ending = "ended";
	const whole = [];
	let length = 0;
	const reader = new SseReader(maxLength, {
		data: (text) => sink.message(text),
		tooLong: () => ending = "too long"
	});
	try {
		for await (const chunk of answer) {
			if (isStream) reader.push(chunk);
			else whole.push(chunk);
			length += chunk.length;
			if (!isStream && length > maxLength) ending = "too long";
			if (ending === "too long") return ending;
			await sink.drained();
		}
	} catch {
		return "lost";
	}
	if (!isStream && length > 0) sink.message(Buffer.concat(whole).toString());
	return ending;
}
/** Reads the whole of a short answer, for its text. */
async function readText(answer, maxLength = 65536) {
	const chunks = [];
	let length = 0;
	try {
		for await (const chunk of answer) {
			chunks.push(chunk);
			if ((length += chunk.length) > maxLength) break;
		}
	} catch {}
	return Buffer.concat(chunks).toString();
}
// door/post.ts
/** Requests that do no harm if they are done twice. */
const repeatable = /^(ping|server\/discover|(tools|prompts|resources|resources\/templates)\/list|prompts\/get|resources\/read|completion\/complete|logging\/setLevel)$/;
const lostText = "the gateway was lost during this call, which may have been done or not; call again if that does no harm";
/** Sends a request, and gives its answer; `shape` may replace the last message. */
async function exchange(context, session, message, answer, shape) {
	const deadline = Date.now() + context.waitMs;
	for (;;) {
		const attached = await session.attach(deadline);
		if (answer.isOver) return "disconnected";
		if (isLost(attached)) {
			answer.error(ErrorCode.Lost, `the gateway is not available: ${attached.lost}; try again later`);
			return "unavailable";
		}
		const { outcome, mayBeDone } = await attempt(context, attached, message, answer, shape);
		if (outcome !== "lost") return outcome;
		session.detach(attached);
		if (mayBeDone && !repeatable.test(message.method)) {
			answer.error(ErrorCode.Lost, lostText);
			return "lost";
		}
	}
}
/** `mayBeDone`: the gateway had the request when it was lost. */
async function attempt(context, { id, version }, { bytes }, answer, shape) {
	const abort = new AbortController();
	const stop = answer.onClose(() => abort.abort());
	const sent = {
		method: "POST",
		session: id,
		version,
		body: bytes,
		signal: abort.signal
	};
	const reply = await context.gateway.send(sent);
	const outcome = isLost(reply) || reply.statusCode === 404 ? "lost" : await pass(context, reply, answer, shape);
	stop();
	if (answer.isOver && outcome === "lost") return {
		outcome: "disconnected",
		mayBeDone: true
	};
	if (!isLost(reply) && reply.statusCode === 404) reply.resume();
	return {
		outcome,
		mayBeDone: isLost(reply) ? reply.wasSent : reply.statusCode !== 404
	};
}
/** Gives the messages of the gateway's answer; `lost`: it ended before the last one, which is for the caller to tell. */
async function pass({ maxAnswer }, reply, answer, shape) {
	if (reply.statusCode !== 200) {
		const text = (await readText(reply)).trim().slice(0, 500);
		answer.error(ErrorCode.InvalidRequest, `the gateway answers ${reply.statusCode}: ${text}`);
		return "error";
	}
	let outcome;
	const message = (text) => {
		const value = parse(text);
		if (value === void 0 || outcome !== void 0) return;
		if ("method" in value) {
			answer.message(text);
			return;
		}
		outcome = isFailure(value) ? "error" : "ok";
		answer.finish(shape(text, value));
	};
	const ending = await readMessages(reply, maxAnswer, {
		message,
		drained: () => answer.drained()
	});
	if (outcome !== void 0) return outcome;
	if (answer.isOver) return "disconnected";
	if (ending !== "too long") return "lost";
	reply.destroy();
	answer.error(ErrorCode.Limit, `the answer is longer than ${maxAnswer >> 20} MiB`);
	return "error";
}
function isFailure(value) {
	const { result } = value;
	return "error" in value || isObject(result) && result["isError"] === true;
}
function parse(text) {
	try {
		const value = JSON.parse(text);
		return isObject(value) ? value : void 0;
	} catch {
		return;
	}
}
// door/calls.ts
/** What is done for somebody; lists and pings are not. */
const audited = /^(tools\/call|prompts\/get|resources\/(read|subscribe)|completion\/complete)$/;
const maxGroupLabels = 100;
var Calls = class {
	#context;
	#groups = /* @__PURE__ */ new Set();
	constructor(context) {
		this.#context = context;
	}
	async serve(session, caller, message, answer) {
		const start = performance.now();
		const { named, ending } = await this.#do(session, caller, message, answer);
		this.#count(caller, ending, (performance.now() - start) / 1e3);
		if (!audited.test(message.method)) return;
		this.#context.log.info("call", {
			user: caller.user,
			client: caller.client || session.clientName,
			method: message.method,
			server: named?.servers.join(","),
			[named?.kind ?? "tool"]: named?.name,
			outcome: ending,
			ms: Math.round((performance.now() - start) * 10) / 10,
			session: session.label,
			request: message.id
		});
	}
	async #do(session, caller, message, answer) {
		const { policy, limiter, callsPerMinute } = this.#context;
		const seconds = limiter.take(caller.identity);
		if (seconds !== void 0) {
			const text = `more than ${callsPerMinute} requests in a minute: try again in ${seconds} s, or ask for a higher door.limits.callsPerMinute`;
			answer.error(ErrorCode.Limit, text);
			return {
				named: void 0,
				ending: "limited"
			};
		}
		const { named, error } = await policy.judge(caller, message);
		if (error) {
			answer.error(error.code, error.message);
			return {
				named,
				ending: "denied"
			};
		}
		const shape = (text, value) => policy.shown(caller, message, text, value);
		return {
			named,
			ending: await exchange(this.#context, session, message, answer, shape)
		};
	}
	/** By group, as users are too many for labels; of a caller with several, by the first. */
	#count(caller, outcome, seconds) {
		const { metrics } = this.#context;
		const [first = "none"] = caller.groups;
		if (this.#groups.size < maxGroupLabels) this.#groups.add(first);
		const group = this.#groups.has(first) ? first : "other";
		metrics.counter("mcpgen_door_requests_total", "Requests in sessions.", {
			group,
			outcome
		}).add(1);
		metrics.histogram("mcpgen_door_request_seconds", "Time until requests are answered.", { group }).observe(seconds);
	}
};
// door/authenticator.ts
const maxToken = 8192;
var Authenticator = class {
	#keys;
	constructor(keys) {
		this.#keys = keys;
	}
	async authenticate(request) {
		const token = bearerToken(request);
		if (token === void 0) return this.#challenge("send a key or a token: Authorization: Bearer …");
		return this.#keys.find(token) ?? this.#challenge("the key or token is not valid, or its time is over", "invalid_token");
	}
	#challenge(message, error) {
		const parts = ["realm=\"mcpgen\"", ...error === void 0 ? [] : [`error="${error}"`]];
		return new Refusal(401, ErrorCode.Unauthorized, message, { "www-authenticate": `Bearer ${parts.join(", ")}` });
	}
};
/** The one token of the request; undefined if there is none, or several. */
function bearerToken(request) {
	const headers = request.headersDistinct["authorization"] ?? [];
	const [, token] = /^Bearer ([\w.~+/-]+=*)$/i.exec(headers[0] ?? "") ?? [];
	return headers.length === 1 && token !== void 0 && token.length <= maxToken ? token : void 0;
}
// door/body.ts
async function readBody(request, maxLength) {
	const type = request.headers["content-type"] ?? "";
	if (!/^application\/json\s*(;|$)/i.test(type)) return new Refusal(415, ErrorCode.InvalidRequest, "Content-Type must be application/json");
	if (request.headers["content-encoding"] !== void 0) return new Refusal(415, ErrorCode.InvalidRequest, "compressed bodies are not supported");
	const tooLong = new Refusal(413, ErrorCode.Limit, `the body is longer than ${maxLength >> 10} KiB: see door.limits.bodyKiB`);
	if (Number(request.headers["content-length"] ?? 0) > maxLength) return tooLong;
	const chunks = [];
	let length = 0;
	try {
		for await (const chunk of request) {
			length += chunk.length;
			if (length > maxLength) return tooLong;
			chunks.push(chunk);
		}
	} catch {
		return new Refusal(400, ErrorCode.InvalidRequest, "the body did not come to its end");
	}
	return Buffer.concat(chunks);
}
// door/keys.ts
/** A Secret has at most 1 MiB. */
const maxLength$2 = 1 << 20;
/** What a person can remember can be guessed: a key is `openssl rand -hex 32`. */
const minKeyLength = 32;
const rereadMs$1 = 5e3;
/** Reads `{"sha256": "…", "groups": ["…"], "expires": "2027-01-31"}`; throws a ConfigError. */
function readKey(name, text) {
	let value;
	try {
		value = JSON.parse(text);
	} catch {
		throw new ConfigError(`key ${name} is not valid JSON`);
	}
	const reader = new Reader(value, `key ${name}`);
	const unknown = reader.names().find((field) => ![
		"sha256",
		"groups",
		"expires"
	].includes(field));
	if (unknown !== void 0) throw new ConfigError(`key ${name} has an unknown field ${unknown}`);
	const hash = reader.text("sha256")?.toLowerCase() ?? "";
	if (!/^[0-9a-f]{64}$/.test(hash)) throw new ConfigError(`key ${name}: sha256 must be 64 hexadecimal digits`);
	const end = reader.text("expires");
	const expires = end === void 0 ? void 0 : Date.parse(end);
	if (Number.isNaN(expires)) throw new ConfigError(`key ${name}: expires must be a date, such as 2027-01-31`);
	return {
		name,
		hash,
		groups: reader.texts("groups") ?? [],
		expires
	};
}
var Keys = class {
	#folder;
	#log;
	#byHash = /* @__PURE__ */ new Map();
	#seen = "";
	#timer;
	constructor(folder, log) {
		this.#folder = folder;
		this.#log = log;
	}
	start() {
		if (this.#folder === void 0) return;
		this.reread();
		this.#timer = setInterval(() => this.reread(), rereadMs$1);
		this.#timer.unref();
	}
	close() {
		clearInterval(this.#timer);
	}
	/** Takes what is in the folder now. A key that cannot be read is logged, and opens nothing. */
	reread() {
		const files = this.#files();
		const seen = JSON.stringify(files);
		if (seen === this.#seen) return;
		this.#seen = seen;
		const keys = files.flatMap(([name, text]) => this.#read(name, text));
		this.#byHash = new Map(keys.map((key) => [key.hash, key]));
		this.#log.info("keys read", { keys: keys.length });
	}
	/** The caller that a key belongs to; undefined: it is no key, or its time is over. */
	find(token, now = Date.now()) {
		if (this.#byHash.size === 0 || token.length < minKeyLength) return void 0;
		const key = this.#byHash.get(createHash("sha256").update(token).digest("hex"));
		if (!key || key.expires !== void 0 && now >= key.expires) return void 0;
		const user = `key:${key.name}`;
		return {
			user,
			groups: key.groups,
			client: "",
			identity: user,
			expires: key.expires
		};
	}
	#files() {
		const folder = this.#folder ?? "";
		try {
			return readdirSync(folder).filter((name) => !name.startsWith(".")).sort().map((name) => [name, readFileSync(join(folder, name), "utf8").slice(0, maxLength$2)]);
		} catch (error) {
			const { code } = error;
			if (code !== "ENOENT") this.#log.error("the keys cannot be read", { code });
			return [];
		}
	}
	#read(name, text) {
		try {
			return [readKey(name, text)];
		} catch (error) {
			if (!(error instanceof ConfigError)) throw error;
			this.#log.error(`${error.message}; it is ignored`);
			return [];
		}
	}
};
// door/limiter.ts
const maxBuckets = 1e4;
var Limiter = class {
	#perMinute;
	#buckets = /* @__PURE__ */ new Map();
	constructor(perMinute) {
		this.#perMinute = perMinute;
	}
	/** Takes one; otherwise the seconds until there is one again. */
	take(identity, now = Date.now()) {
		const bucket = this.#buckets.get(identity) ?? {
			left: this.#perMinute,
			at: now
		};
		bucket.left = Math.min(this.#perMinute, bucket.left + (now - bucket.at) * this.#perMinute / 6e4);
		bucket.at = now;
		if (bucket.left < 1) return Math.max(1, Math.ceil((1 - bucket.left) * 60 / this.#perMinute));
		bucket.left -= 1;
		this.#buckets.delete(identity);
		this.#buckets.set(identity, bucket);
		for (const oldest of this.#buckets.keys()) {
			if (this.#buckets.size <= maxBuckets) break;
			this.#buckets.delete(oldest);
		}
	}
};
// door/message.ts
const maxId = 256;
/** Fields that the gateway reads. Go takes `Name` for `name`: what only looks like one of these is refused, as it may be another value. */
const fields$1 = [
	"jsonrpc",
	"id",
	"method",
	"params",
	"result",
	"error",
	"name",
	"uri",
	"ref",
	"type",
	"arguments"
].concat([
	"cursor",
	"argument",
	"context",
	"level",
	"requestId",
	"protocolVersion",
	"capabilities",
	"clientInfo",
	"_meta"
]);
const folded = new Map(fields$1.map((field) => [fold(field), field]));
/** As Go compares names of fields, with the two letters outside ASCII that it takes for `k` and `s`. */
function fold(text) {
	return text.replaceAll("K", "k").replaceAll("ſ", "s").toLowerCase();
}
function readMessage(bytes) {
	let value;
	try {
		value = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
	} catch {
		return new Refusal(400, ErrorCode.Parse, "the body is not valid JSON in UTF-8");
	}
	if (Array.isArray(value)) return invalid("batches are not supported: send one message per request");
	if (!isObject(value) || value["jsonrpc"] !== "2.0") return invalid("the body is not a JSON-RPC 2.0 message");
	const params = value["params"] ?? {};
	if (!isObject(params)) return invalid("params must be an object");
	const misspelled = [
		value,
		params,
		params["ref"]
	].flatMap(lookalikes)[0];
	if (misspelled !== void 0) return invalid(`field ${JSON.stringify(misspelled)} differs from a known one only in case`);
	const { method } = value;
	if (method !== void 0 && (typeof method !== "string" || !/^[\w/-]{1,100}$/.test(method))) return invalid("method must be a text of at most 100 letters, digits, slashes and hyphens");
	if (method === void 0 && !("result" in value) && !("error" in value)) return invalid("method is missing");
	const id = "id" in value ? readId(value["id"]) : "null";
	if (id === void 0) return invalid(`id must be an integer, or a text of at most ${maxId} characters`);
	return {
		kind: method === void 0 ? "response" : "id" in value ? "request" : "notification",
		id,
		method: method ?? "",
		params,
		bytes
	};
}
/** The text of a parameter; undefined if there is none that every reader takes for the same. */
function textOf(value) {
	return typeof value === "string" && value.length <= 2048 && !/\p{Surrogate}/u.test(value) ? value : void 0;
}
function readId(id) {
	return Number.isSafeInteger(id) || typeof id === "string" && id.length <= maxId ? JSON.stringify(id) : void 0;
}
function lookalikes(value) {
	if (!isObject(value)) return [];
	return Object.keys(value).filter((key) => !fields$1.includes(key) && folded.has(fold(key)));
}
function invalid(message) {
	return new Refusal(400, ErrorCode.InvalidRequest, message);
}
// door/owners.ts
const kinds = [
	"tool",
	"prompt",
	"resource",
	"template"
];
const rereadMs = 5e3;
/** A name that nobody has may be new: it is asked for, but not at each call. */
const askAgainMs = 1e3;
const maxLength$1 = 16 << 20;
var Owners = class {
	#relay;
	#fixed;
	#log;
	#servers;
	#askedAt = 0;
	#asking;
	#timer;
	/** `tools`: by server, the tools of those that the relay does not know. */
	constructor(relay, tools, log) {
		this.#relay = relay;
		this.#log = log;
		const entries = Object.entries(tools).map(([name, tool]) => [name, {
			...nothing,
			tool
		}]);
		this.#fixed = new Map(entries);
		this.#servers = this.#fixed;
	}
	start() {
		if (!this.#relay) return;
		this.#reread();
		this.#timer = setInterval(() => void this.#reread(), rereadMs);
		this.#timer.unref();
	}
	close() {
		clearInterval(this.#timer);
	}
	/** The servers that a name may lead to; none: nobody is known to have it. */
	of(kind, name) {
		const found = [...this.#servers].filter(([, names]) => names[kind].includes(name));
		return (kind === "resource" && found.length === 0 ? [...this.#servers].filter(([, { template }]) => template.some((one) => fits(one, name))) : found).map(([server]) => server);
	}
	/** The same, asked again if nobody is known to have it. */
	async find(kind, name) {
		const known = this.of(kind, name);
		if (known.length > 0 || !this.#relay || Date.now() - this.#askedAt < askAgainMs) return known;
		await this.#reread();
		return this.of(kind, name);
	}
	#reread() {
		this.#asking ??= this.#ask().finally(() => this.#asking = void 0);
		return this.#asking;
	}
	async #ask() {
		if (!this.#relay) return;
		this.#askedAt = Date.now();
		try {
			const response = await fetch(this.#relay, {
				signal: AbortSignal.timeout(3e3),
				redirect: "error"
			});
			const text = await response.text();
			if (!response.ok || text.length > maxLength$1) throw new Error(`status ${response.status}`);
			this.#servers = new Map([...readOffers(JSON.parse(text)), ...this.#fixed]);
		} catch (error) {
			this.#log.warn("the relay does not say what its servers offer", { reason: error.message });
		}
	}
};
const nothing = {
	tool: [],
	prompt: [],
	resource: [],
	template: []
};
function readOffers(value) {
	if (!isObject(value)) return [];
	return Object.entries(value).map(([server, offer]) => {
		const lists = kinds.map((kind) => [kind, isObject(offer) ? texts(offer[kind]) : []]);
		return [server, Object.fromEntries(lists)];
	});
}
function texts(value) {
	return Array.isArray(value) ? value.filter((one) => typeof one === "string") : [];
}
/** Whether a URI can be one of a template: it begins as that does before its first variable. */
function fits(template, uri) {
	return uri.startsWith(template.split("{")[0] ?? "");
}
// door/policy.ts
const fields = {
	"tools/call": ["tool", "name"],
	"prompts/get": ["prompt", "name"],
	"resources/read": ["resource", "uri"],
	"resources/subscribe": ["resource", "uri"],
	"resources/unsubscribe": ["resource", "uri"]
};
const lists = {
	"tools/list": [
		"tool",
		"tools",
		"name"
	],
	"prompts/list": [
		"prompt",
		"prompts",
		"name"
	],
	"resources/list": [
		"resource",
		"resources",
		"uri"
	],
	"resources/templates/list": [
		"template",
		"resourceTemplates",
		"uriTemplate"
	]
};
const open = ["ping", "logging/setLevel"];
var Policy = class {
	#rules;
	#owners;
	constructor(rules, owners) {
		this.#rules = rules;
		this.#owners = owners;
	}
	async judge(caller, message) {
		const { method } = message;
		if (Object.hasOwn(lists, method) || open.includes(method)) return {
			named: void 0,
			error: void 0
		};
		const asked = askedFor(message);
		if (asked === "unknown") return refused(void 0, ErrorCode.MethodNotFound, `the door does not know the method ${method}`);
		if (asked === void 0) return refused(void 0, ErrorCode.InvalidParams, `${method} does not say what it is about`);
		const named = {
			...asked,
			servers: await this.#owners.find(asked.kind, asked.name)
		};
		if (this.#allows(caller, named)) return {
			named,
			error: void 0
		};
		const groups = caller.groups.length > 0 ? `in the groups ${caller.groups.join(", ")}` : "in no group";
		const text = `${asked.kind} ${asked.name} is not among those that you may use. You are ${caller.user}, ${groups}: ask for a rule in door.rules`;
		return refused(named, ErrorCode.Denied, text);
	}
	/** The text of an answer with only those entries of a list that the caller may use. */
	shown(caller, { method }, text, message) {
		const [kind, list, field] = Object.hasOwn(lists, method) && lists[method] || [];
		const { result } = message;
		if (!kind || !list || !field || this.#rules.length === 0 || !isObject(result)) return text;
		const entries = result[list];
		if (!Array.isArray(entries)) return text;
		const shown = entries.filter((entry) => {
			const name = isObject(entry) ? textOf(entry[field]) : void 0;
			return name !== void 0 && this.#allows(caller, {
				kind,
				name,
				servers: this.#owners.of(kind, name)
			});
		});
		return JSON.stringify({
			...message,
			result: {
				...result,
				[list]: shown
			}
		});
	}
	#allows(caller, { kind, name, servers }) {
		return isAllowed(this.#rules, caller, {
			servers,
			tool: kind === "tool" ? name : void 0
		});
	}
};
function askedFor({ method, params }) {
	if (method === "completion/complete") return referred(params["ref"]);
	const [kind, field = ""] = Object.hasOwn(fields, method) && fields[method] || [];
	if (!kind) return "unknown";
	const name = textOf(params[field]);
	return name === void 0 ? void 0 : {
		kind,
		name
	};
}
function referred(ref) {
	if (!isObject(ref)) return void 0;
	const isPrompt = ref["type"] === "ref/prompt";
	if (!isPrompt && ref["type"] !== "ref/resource") return void 0;
	const name = textOf(ref[isPrompt ? "name" : "uri"]);
	return name === void 0 ? void 0 : {
		kind: isPrompt ? "prompt" : "resource",
		name
	};
}
function refused(named, code, message) {
	return {
		named,
		error: {
			code,
			message
		}
	};
}
// door/seal.ts
const version = 1;
const nonceLength = 12;
/** A header of that length passes the proxies that are common. */
const maxLength = 3e3;
const maxPlainLength = 16384;
var Seal = class {
	#key;
	/** `secret`: what all doors of the release have, and nobody else. */
	constructor(secret) {
		this.#key = Buffer.from(hkdfSync("sha256", secret, "", "mcpgen-door session id", 32));
	}
	/** A new id each time; undefined if it would be too long. */
	close({ user, pod, begun, params }) {
		const nonce = randomBytes(nonceLength);
		const cipher = createCipheriv("aes-256-gcm", this.#key, nonce);
		const plain = deflateRawSync(JSON.stringify([
			user,
			pod,
			begun,
			params
		]));
		const id = Buffer.concat([
			Buffer.of(version),
			nonce,
			cipher.update(plain),
			cipher.final(),
			cipher.getAuthTag()
		]).toString("base64url");
		return id.length > maxLength ? void 0 : id;
	}
	/** undefined: it is not an id that a door with this secret made. */
	open(id) {
		if (id.length > maxLength || !/^[\w-]+$/.test(id)) return void 0;
		const bytes = Buffer.from(id, "base64url");
		if (bytes[0] !== version || bytes.length < 29) return void 0;
		if (bytes.toString("base64url") !== id) return void 0;
		const decipher = createDecipheriv("aes-256-gcm", this.#key, bytes.subarray(1, 13));
		decipher.setAuthTag(bytes.subarray(-16));
		try {
			const plain = Buffer.concat([decipher.update(bytes.subarray(13, -16)), decipher.final()]);
			return readFacts(JSON.parse(inflateRawSync(plain, { maxOutputLength: maxPlainLength }).toString()));
		} catch {
			return;
		}
	}
};
function readFacts(value) {
	if (!Array.isArray(value)) return void 0;
	const [user, pod, begun, params] = value;
	return [
		user,
		pod,
		params
	].every((one) => typeof one === "string") && typeof begun === "number" ? {
		user,
		pod,
		begun,
		params
	} : void 0;
}
/** What is kept of the parameters of `initialize`: a client may add what it likes, and an id must stay short. */
function keptParams(params) {
	const { protocolVersion, capabilities, clientInfo } = params;
	if (typeof protocolVersion !== "string" || !isObject(clientInfo)) return void 0;
	const short = (value) => typeof value === "string" ? value.slice(0, 100) : "";
	const { name, version: clientVersion } = clientInfo;
	return JSON.stringify({
		protocolVersion: protocolVersion.slice(0, 20),
		capabilities: isObject(capabilities) ? capabilities : {},
		clientInfo: {
			name: short(name),
			version: short(clientVersion)
		}
	});
}
// door/caller.ts
/** What is kept of an identity where it must be compared, and need not be read. */
function fingerprint({ identity }) {
	return createHash("sha256").update(identity).digest("base64url").slice(0, 22);
}
// door/session.ts
const retryMs$1 = 250;
const maxGreeting = 1 << 20;
const initialized = "{\"jsonrpc\":\"2.0\",\"method\":\"notifications/initialized\"}";
var Session = class {
	id;
	facts;
	lastUsed = Date.now();
	/** Requests of the client that wait for an answer, and its stream. */
	open = 0;
	/** How often the gateway lost it. */
	losses = 0;
	#gateway;
	#attached;
	#attaching;
	#isOver = false;
	constructor(id, facts, gateway) {
		this.id = id;
		this.facts = facts;
		this.#gateway = gateway;
	}
	/** The name that the client gives itself. */
	get clientName() {
		const params = parsed(this.facts.params);
		const info = isObject(params) ? params["clientInfo"] : void 0;
		return isObject(info) && typeof info["name"] === "string" ? info["name"] : "";
	}
	/** What tells it from others, and opens nothing. */
	get label() {
		return createHash("sha256").update(this.id).digest("base64url").slice(0, 10);
	}
	/** The gateway's session, which is opened if there is none; waits for the gateway until `deadline`. */
	async attach(deadline) {
		if (this.#attached) return this.#attached;
		this.#attaching ??= this.#openUntil(deadline).finally(() => this.#attaching = void 0);
		return this.#attaching;
	}
	/** The gateway does not know this session any more. */
	detach({ id }) {
		if (this.#attached?.id !== id) return;
		this.#attached = void 0;
		this.losses++;
	}
	/** Lets the gateway's session go. A client that comes back gets another one, unless the session is over. */
	async release(isOver = false) {
		this.#isOver ||= isOver;
		const attached = this.#attached;
		this.#attached = void 0;
		if (!attached) return;
		const { id, version } = attached;
		const reply = await this.#gateway.send({
			method: "DELETE",
			session: id,
			version
		});
		if (!isLost(reply)) reply.resume();
	}
	async #openUntil(deadline) {
		for (;;) {
			const result = await this.#open();
			if (!isLost(result)) {
				this.#attached = result;
				if (this.#isOver) await this.release();
				return result;
			}
			if (result.wasSent || Date.now() + retryMs$1 > deadline) return result;
			await setTimeout$1(retryMs$1);
		}
	}
	/** `wasSent` of a loss: it is of no use to try again. */
	async #open() {
		const body = `{"jsonrpc":"2.0","id":"mcpgen-door","method":"initialize","params":${this.facts.params}}`;
		const reply = await this.#gateway.send({
			method: "POST",
			body
		});
		if (isLost(reply)) return {
			...reply,
			wasSent: false
		};
		if (reply.statusCode !== 200) {
			const text = (await readText(reply)).slice(0, 200).trim();
			return {
				lost: `it answers ${reply.statusCode} to initialize: ${text}`,
				wasSent: reply.statusCode !== 503
			};
		}
		let answer;
		const ending = await readMessages(reply, maxGreeting, {
			message: (text) => answer ??= parsed(text),
			drained: () => void 0
		});
		const id = reply.headers["mcp-session-id"];
		const result = isObject(answer) ? answer["result"] : void 0;
		if (typeof id !== "string" || !isObject(result)) return {
			lost: `it refuses initialize: ${(isObject(answer) && isObject(answer["error"]) ? String(answer["error"]["message"]) : "no answer").slice(0, 200)}`,
			wasSent: ending === "ended"
		};
		const version = typeof result["protocolVersion"] === "string" ? result["protocolVersion"] : "2025-06-18";
		const done = await this.#gateway.send({
			method: "POST",
			session: id,
			version,
			body: initialized
		});
		if (isLost(done)) return {
			...done,
			wasSent: false
		};
		done.resume();
		return {
			id,
			version,
			greeting: JSON.stringify(result)
		};
	}
};
function parsed(text) {
	try {
		return JSON.parse(text);
	} catch {
		return;
	}
}
// door/sessions.ts
const sweepMs = 3e4;
const maxEnded = 1e4;
const unknown = new Refusal(404, ErrorCode.NoSession, "there is no such session: send initialize for a new one");
var Sessions = class {
	#limits;
	#seal;
	#gateway;
	#pod;
	#log;
	#byId = /* @__PURE__ */ new Map();
	/** Ids that clients have ended, the last ones. */
	#ended = /* @__PURE__ */ new Set();
	#timer;
	constructor(limits, seal, gateway, pod, log) {
		this.#limits = limits;
		this.#seal = seal;
		this.#gateway = gateway;
		this.#pod = pod;
		this.#log = log;
	}
	start() {
		this.#timer = setInterval(() => this.sweep(), sweepMs);
		this.#timer.unref();
	}
	close() {
		clearInterval(this.#timer);
	}
	get size() {
		return this.#byId.size;
	}
	/** A new session; the gateway does not know of it yet. */
	begin(caller, params) {
		const kept = keptParams(params);
		if (kept === void 0) return new Refusal(400, ErrorCode.InvalidParams, "initialize needs protocolVersion and clientInfo");
		const facts = {
			user: fingerprint(caller),
			pod: this.#pod,
			begun: Math.floor(Date.now() / 1e3),
			params: kept
		};
		const id = this.#seal.close(facts);
		if (id === void 0) return new Refusal(400, ErrorCode.InvalidParams, "the capabilities of initialize are too long: 2 KB at most");
		return this.#add(new Session(id, facts, this.#gateway));
	}
	/** The caller's session of this id. To everybody else it does not exist. */
	find(id, caller) {
		const known = this.#byId.get(id);
		const user = fingerprint(caller);
		if (known) return known.facts.user === user ? known : unknown;
		if (this.#ended.has(id)) return unknown;
		const facts = this.#seal.open(id);
		if (facts?.user !== user || Date.now() / 1e3 - facts.begun > this.#limits.maxAgeSeconds) return unknown;
		this.#log.info("session carried on", { begunIn: facts.pod });
		return this.#add(new Session(id, facts, this.#gateway));
	}
	async end(session) {
		this.#byId.delete(session.id);
		this.#ended.add(session.id);
		for (const oldest of this.#ended) {
			if (this.#ended.size <= maxEnded) break;
			this.#ended.delete(oldest);
		}
		await session.release(true);
	}
	/** A session that came to nothing. */
	drop(session) {
		this.#byId.delete(session.id);
	}
	/** Lets idle sessions go: their ids stay good. */
	sweep(now = Date.now()) {
		const limit = this.#limits.idleSeconds * 1e3;
		for (const session of this.#byId.values()) if (session.open === 0 && now - session.lastUsed > limit) this.#letGo(session);
	}
	#letGo(session) {
		this.#byId.delete(session.id);
		session.release();
	}
	#add(session) {
		const own = [...this.#byId.values()].filter(({ facts }) => facts.user === session.facts.user);
		if (own.length >= this.#limits.perUser) {
			const [idle] = own.filter(({ open }) => open === 0).toSorted((a, b) => a.lastUsed - b.lastUsed);
			if (!idle) {
				const text = `you have ${own.length} sessions with open requests, which is the limit: end one, or ask for a higher door.limits.sessions`;
				return new Refusal(429, ErrorCode.Limit, text, { "retry-after": "10" });
			}
			this.#letGo(idle);
		}
		this.#byId.set(session.id, session);
		return session;
	}
};
// door/stream.ts
const keepAliveMs = 25e3;
const retryMs = 500;
const toolsChanged = event("{\"jsonrpc\":\"2.0\",\"method\":\"notifications/tools/list_changed\"}");
/** Serves the stream until the client goes, or the door. */
async function listen(context, session, response, headers) {
	response.writeHead(200, {
		...streamHeaders,
		...headers
	}).write(": open\n\n");
	const abort = new AbortController();
	const stop = () => abort.abort();
	response.once("close", stop);
	context.ending.addEventListener("abort", stop, { once: true });
	const keepAlive = setInterval(() => response.write(": waiting\n\n"), keepAliveMs);
	let isAgain = false;
	while (!abort.signal.aborted) {
		const attached = await session.attach(Date.now() + 6e4);
		if (abort.signal.aborted) break;
		if (!isLost(attached)) {
			if (isAgain && attached.greeting.includes("\"listChanged\":true")) response.write(toolsChanged);
			const ending = await follow(context, session, attached, response, abort.signal);
			if (ending === "refused") break;
			isAgain = ending === "lost";
		}
		await setTimeout$1(retryMs, void 0, { signal: abort.signal }).catch(() => void 0);
	}
	clearInterval(keepAlive);
	context.ending.removeEventListener("abort", stop);
	response.end();
}
/** `lost`: the gateway's session is gone. `busy`: it still has an earlier stream. `refused`: it has none to give. */
async function follow({ gateway, maxAnswer }, session, attached, response, signal) {
	const reply = await gateway.send({
		method: "GET",
		session: attached.id,
		version: attached.version,
		signal
	});
	if (signal.aborted) return "busy";
	if (isLost(reply) || reply.statusCode === 404) {
		if (!isLost(reply)) reply.resume();
		session.detach(attached);
		return "lost";
	}
	if (reply.statusCode !== 200) {
		await readText(reply);
		return reply.statusCode === 409 ? "busy" : "refused";
	}
	const ending = await readMessages(reply, maxAnswer, {
		message: (text) => void response.write(event(text)),
		drained: () => void 0
	});
	if (signal.aborted || ending === "ended") return "busy";
	session.detach(attached);
	return "lost";
}
// door/door.ts
var Door = class {
	metrics = new Metrics("door");
	#config;
	#log;
	#gateway;
	#keys;
	#authenticator;
	#sessions;
	#owners;
	#calls;
	#http;
	#ending = new AbortController();
	constructor(config, log) {
		this.#config = config;
		this.#log = log;
		this.#gateway = new Gateway(config.gateway, config.gatewayToken);
		this.#keys = new Keys(config.keys, log);
		this.#authenticator = new Authenticator(this.#keys);
		const { limits, idleSeconds, maxAgeSeconds } = config;
		const sessionLimits = {
			perUser: limits.sessions,
			idleSeconds,
			maxAgeSeconds
		};
		this.#sessions = new Sessions(sessionLimits, new Seal(config.gatewayToken), this.#gateway, config.pod, log);
		this.#owners = new Owners(config.relay, config.tools, log);
		this.#calls = new Calls({
			gateway: this.#gateway,
			waitMs: config.waitSeconds * 1e3,
			maxAnswer: limits.answerMiB << 20,
			policy: new Policy(config.rules, this.#owners),
			limiter: new Limiter(limits.callsPerMinute),
			callsPerMinute: limits.callsPerMinute,
			metrics: this.metrics,
			log
		});
		const requestTimeout = limits.requestSeconds * 1e3;
		this.#http = createServer({
			maxHeaderSize: limits.headerKiB * 1024,
			headersTimeout: Math.min(1e4, requestTimeout),
			requestTimeout,
			connectionsCheckingInterval: 2e3,
			keepAliveTimeout: 75e3
		});
		this.#http.maxConnections = limits.connections;
		this.#http.on("request", (request, response) => void this.#serve(request, response));
	}
	async listen() {
		this.#keys.start();
		this.#sessions.start();
		this.#owners.start();
		await new Promise((resolve, reject) => {
			this.#http.once("error", reject);
			this.#http.listen(this.#config.listen, resolve);
		});
	}
	/** What Prometheus reads. */
	metricsText() {
		this.metrics.gauge("mcpgen_door_sessions", "Sessions that this door carries.").set(this.#sessions.size);
		return this.metrics.text();
	}
	/** The port it listens on. */
	get port() {
		const address = this.#http.address();
		return typeof address === "object" && address ? address.port : 0;
	}
	/** Lets idle sessions go. */
	sweep() {
		this.#sessions.sweep();
	}
	get isEnding() {
		return this.#ending.signal.aborted;
	}
	/** Takes no more connections, ends streams, and waits for calls. */
	async drain(ms) {
		const closed = new Promise((resolve) => this.#http.close(() => resolve()));
		this.#ending.abort();
		this.#http.closeIdleConnections();
		let timer;
		await Promise.race([closed, new Promise((resolve) => timer = setTimeout(resolve, ms))]);
		clearTimeout(timer);
	}
	close() {
		this.#ending.abort();
		this.#keys.close();
		this.#sessions.close();
		this.#owners.close();
		this.#http.close();
		this.#http.closeAllConnections();
		this.#gateway.close();
	}
	async #serve(request, response) {
		request.on("error", () => void 0);
		response.on("error", () => void 0);
		try {
			const refusal = await this.#route(request, response);
			if (!refusal) return;
			this.metrics.counter("mcpgen_door_refused_total", "Requests refused, by status.", { status: `${refusal.status}` }).add(1);
			refuse(response, refusal);
		} catch (error) {
			this.#log.error("internal error", { stack: error.stack });
			refuse(response, new Refusal(500, ErrorCode.Lost, "internal error"));
		}
	}
	async #route(request, response) {
		const headers = admit(this.#config.admission, request);
		if (headers instanceof Refusal) return headers;
		for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
		if ((request.url ?? "").split("?")[0] !== this.#config.path) return new Refusal(404, ErrorCode.InvalidRequest, `there is nothing here: the endpoint is ${this.#config.path}`);
		if (request.method === "OPTIONS") {
			response.writeHead(204, preflight(headers)).end();
			return;
		}
		const caller = await this.#authenticator.authenticate(request);
		if (caller instanceof Refusal) return caller;
		if (request.method === "POST") return this.#post(request, response, caller);
		if (request.method !== "GET" && request.method !== "DELETE") return new Refusal(405, ErrorCode.InvalidRequest, "use POST, GET or DELETE", { allow: "GET, POST, DELETE" });
		const session = this.#find(request, caller);
		if (session instanceof Refusal) return session;
		if (request.method === "GET") return this.#listen(session, response, headers);
		await this.#sessions.end(session);
		response.writeHead(204).end();
	}
	#find(request, caller) {
		const id = request.headers["mcp-session-id"];
		if (typeof id !== "string") return new Refusal(400, ErrorCode.InvalidRequest, "the header Mcp-Session-Id is missing: send initialize first");
		return this.#sessions.find(id, caller);
	}
	async #listen(session, response, headers) {
		const context = {
			gateway: this.#gateway,
			maxAnswer: this.#config.limits.answerMiB << 20,
			ending: this.#ending.signal
		};
		await used(session, () => listen(context, session, response, headers));
	}
	async #post(request, response, caller) {
		const body = await readBody(request, this.#config.limits.bodyKiB * 1024);
		if (body instanceof Refusal) return body;
		const message = readMessage(body);
		if (message instanceof Refusal) return message;
		if (message.kind === "request" && message.method === "initialize") return this.#begin(message, response, caller);
		const session = this.#find(request, caller);
		if (session instanceof Refusal) return session;
		if (message.kind === "request") {
			await used(session, () => this.#calls.serve(session, caller, message, new Answer(response, message.id)));
			return;
		}
		return this.#notify(session, message, response);
	}
	async #begin(message, response, caller) {
		const session = this.#sessions.begin(caller, message.params);
		if (session instanceof Refusal) return session;
		const answer = new Answer(response, message.id, { "mcp-session-id": session.id });
		const attached = await used(session, () => session.attach(Date.now() + this.#config.waitSeconds * 1e3));
		if (isLost(attached)) {
			this.#sessions.drop(session);
			const text = `the gateway is not available: ${attached.lost}; try again later`;
			return new Refusal(503, ErrorCode.Lost, text, { "retry-after": "5" });
		}
		answer.finish(`{"jsonrpc":"2.0","id":${message.id},"result":${attached.greeting}}`);
	}
	/** Notifications, and answers to what a server asked. */
	async #notify(session, message, response) {
		session.lastUsed = Date.now();
		if (!(message.kind === "notification" && message.method === "notifications/initialized")) {
			const attached = await session.attach(Date.now());
			if (!isLost(attached)) {
				const { id, version } = attached;
				const reply = await this.#gateway.send({
					method: "POST",
					session: id,
					version,
					body: message.bytes
				});
				if (!isLost(reply)) reply.resume();
			}
		}
		response.writeHead(202).end();
	}
};
/** Does something in a session, which is not idle until it is done. */
async function used(session, work) {
	session.open++;
	try {
		return await work();
	} finally {
		session.open--;
		session.lastUsed = Date.now();
	}
}
// door/main.ts
const path = process.argv[2] ?? "/etc/mcpgen-door/config.json";
try {
	const config = readConfig(readFileSync(path, "utf8"), process.env);
	const log = new Log(config.logLevel, "door");
	const door = new Door(config, log);
	const admin = new Admin(config, door);
	const stop = async (signal) => {
		log.info("stopping", { signal });
		await door.drain(config.drainSeconds * 1e3);
		process.exit(0);
	};
	process.once("SIGTERM", (signal) => void stop(signal));
	process.once("SIGINT", (signal) => void stop(signal));
	process.on("uncaughtException", (error) => {
		log.error("internal error", { stack: error.stack });
		process.exit(1);
	});
	await Promise.all([door.listen(), admin.listen()]);
	log.info("listening", { node: process.version });
} catch (error) {
	if (!(error instanceof ConfigError) && !error.code) throw error;
	new Log("error", "door").error(`the door cannot start: ${error.message}`, { path });
	process.exit(1);
}
export {};
