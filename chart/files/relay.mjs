// The relay of mcpgen, made of relay/*.ts by relay/build.mjs: do not edit.
import { readFileSync, readdirSync } from "node:fs";
import { Agent, createServer, get, request, validateHeaderName, validateHeaderValue } from "node:http";
import { connect, createServer as createServer$1 } from "node:net";
import { Agent as Agent$1, request as request$1 } from "node:https";
import { createHash } from "node:crypto";
// relay/messages.ts
/** Error codes, those of the MCP SDKs. */
const ErrorCode = {
	ConnectionClosed: -32e3,
	RequestTimeout: -32001
};
const Method = {
	initialize: "initialize",
	initialized: "notifications/initialized",
	cancelled: "notifications/cancelled",
	ping: "ping",
	toolsList: "tools/list",
	toolListChanged: "notifications/tools/list_changed"
};
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
function request$2(id, method) {
	return Buffer.from(`{"jsonrpc":"2.0","id":${id},"method":"${method}"}\n`);
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
/**
* The line with which the chart's wrapper (chart/files/bridge/run-server.sh) says that the server process has ended; the
* bridge itself leaves the connection open.
*/
function processEnd(bytes) {
	if (bytes.length > 200) return void 0;
	return /^(?:mcpgen: the )?server (?:process )?ended\b.*/.exec(bytes.toString())?.[0].replace(/^mcpgen: /, "").trim();
}
function isObject(value) {
	return typeof value === "object" && value !== null && !Array.isArray(value);
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
	#fields;
	#write;
	constructor(level, fields = {}, write = (line) => process.stdout.write(line)) {
		this.#level = level;
		this.#fields = fields;
		this.#write = write;
	}
	/** A log whose lines carry further fields. */
	with(fields) {
		return new Log(this.#level, {
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
		if (levels.indexOf(level) < levels.indexOf(this.#level)) return;
		const time = (/* @__PURE__ */ new Date()).toISOString();
		this.#write(`${JSON.stringify({
			time,
			level,
			message,
			...this.#fields,
			...fields
		})}\n`);
	}
};
// relay/config.ts
var ConfigError = class extends Error {};
const defaults = {
	warm: {
		min: 1,
		max: 4
	},
	idleSeconds: 600,
	abandonedSeconds: 86400,
	callSilenceSeconds: 300,
	connectTimeoutSeconds: 2,
	handshakeTimeoutSeconds: 30,
	initializeSeconds: 10,
	reconnectSeconds: .9,
	stateful: false,
	required: true
};
/** Reads the text of the file; `${NAME}` in headers and URLs is taken from the environment. */
function readConfig(text, environment) {
	let file;
	try {
		file = JSON.parse(text);
	} catch (error) {
		throw new ConfigError(`the configuration is no JSON: ${error.message}`);
	}
	const root = new Reader(file, "configuration");
	const listen = root.object("listen");
	const start = root.object("startSeconds");
	const logLevel = environment["LOG_LEVEL"] ?? root.value("logLevel") ?? "info";
	if (!isLevel(logLevel)) throw new ConfigError(`logLevel ${String(logLevel)}: use debug, info, warn or error`);
	const metrics = listen.text("metrics");
	const health = root.object("gateway").text("health");
	const base = readSettings(root.object("defaults"), defaults);
	const servers = root.object("servers");
	return {
		metrics: metrics === void 0 ? void 0 : readAddress(metrics, "listen.metrics"),
		gatewayHealth: health === void 0 ? void 0 : readUrl(health, "gateway.health"),
		logLevel,
		startSeconds: {
			required: start.number("required", 120),
			optional: start.number("optional", 15)
		},
		quietSeconds: root.number("quietSeconds", 60),
		servers: servers.names().map((name) => readServer(name, servers.object(name), base, environment))
	};
}
function readServer(name, reader, base, environment) {
	const listen = reader.text("listen");
	const target = reader.text("target");
	const url = reader.text("url");
	if (listen === void 0) throw new ConfigError(`server ${name}: listen is missing`);
	if (target === void 0 === (url === void 0)) throw new ConfigError(`server ${name}: give either target or url`);
	const headers = reader.object("headers");
	return {
		name,
		...readSettings(reader, base),
		listen: readAddress(listen, `server ${name}: listen`),
		...target !== void 0 && { target: readAddress(target, `server ${name}: target`) },
		...url !== void 0 && { url: readUrl(expand(url, environment), `server ${name}: url`) },
		headers: Object.fromEntries(headers.names().map((key) => [key, readHeader(name, key, headers, environment)]))
	};
}
/** Without what a Secret that was made from a file ends in. */
function readHeader(server, name, headers, environment) {
	const value = expand(headers.text(name) ?? "", environment).trim();
	try {
		validateHeaderName(name);
		validateHeaderValue(name, value);
	} catch {
		throw new ConfigError(`server ${server}: header ${name} cannot be sent: it has characters that HTTP does not allow`);
	}
	return value;
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
		stateful: reader.boolean("stateful", base.stateful),
		required: reader.boolean("required", base.required)
	};
}
function readAddress(text, what) {
	const match = /^(?:\[(.+)\]|([^:]+)):(\d+)$/.exec(text);
	const port = Number(match?.[3]);
	if (!match || port > 65535) throw new ConfigError(`${what}: ${text} is no host:port`);
	return {
		host: match[1] ?? match[2] ?? "",
		port
	};
}
function readUrl(text, what) {
	if (!URL.canParse(text) || !/^https?:$/.test(new URL(text).protocol)) throw new ConfigError(`${what}: not an http URL`);
	return new URL(text);
}
function expand(text, environment) {
	return text.replace(/\$\{(\w+)\}/g, (_, name) => {
		const value = environment[name];
		if (value === void 0) throw new ConfigError(`the environment has no ${name}`);
		return value;
	});
}
/** Access to an object of the file, with errors that name the place. */
var Reader = class Reader {
	#object;
	#path;
	constructor(value, path) {
		if (value !== void 0 && !isObject(value)) throw new ConfigError(`${path} is no object`);
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
	#typed(name, fits, what) {
		const value = this.#object[name];
		if (value !== void 0 && !fits(value)) throw new ConfigError(`${this.#path}.${name} must be ${what}`);
		return value;
	}
};
// relay/admin.ts
/**
* The gateway looks for tools once, at its start. A server that it does not get then is missing until it is restarted, which
* `/gateway` asks for when the server is there and nobody is using the gateway.
*/
var Admin = class {
	#config;
	#metrics;
	#log;
	#servers;
	#missed = /* @__PURE__ */ new Set();
	#startedAt = Date.now();
	#lastRequestAt = 0;
	#started = false;
	#http;
	constructor(config, servers, metrics, log) {
		this.#config = config;
		this.#servers = servers;
		this.#metrics = metrics;
		this.#log = log;
		this.#http = createServer((request, response) => {
			this.#answer(request.url ?? "").then(({ status, text }) => {
				response.writeHead(status, { "content-type": "text/plain; version=0.0.4; charset=utf-8" }).end(text);
			});
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
	waits(server) {
		const healthy = this.#gatewayIsHealthy();
		return () => {
			healthy.then((wasHealthy) => {
				if (wasHealthy !== false) return;
				this.#missed.add(server);
				this.#log.warn("the gateway starts without this server", { server });
			});
		};
	}
	requested(server, method) {
		this.#lastRequestAt = Date.now();
		if (method === Method.toolsList) this.#missed.add(server);
	}
	toolsListed(server) {
		this.#missed.delete(server);
	}
	async #answer(path) {
		if (path === "/metrics") return {
			status: 200,
			text: this.#metrics.text()
		};
		if (path === "/healthz") return {
			status: 200,
			text: "ok\n"
		};
		if (path === "/readyz") return verdict(this.#missing((server) => server.config.required));
		if (path === "/startz") return verdict(this.#startMissing());
		if (path === "/gateway") return verdict(await this.#gatewayProblems());
		return {
			status: 404,
			text: "not found\n"
		};
	}
	#missing(counts) {
		return this.#servers.filter((server) => counts(server) && !server.pool.reachable).map(({ config, pool }) => `server ${config.name} is not reachable: ${pool.lastError}`);
	}
	/** What the gateway's start still waits for. Once it has started, nothing. */
	#startMissing() {
		if (this.#started) return [];
		const seconds = (Date.now() - this.#startedAt) / 1e3;
		const { required, optional } = this.#config.startSeconds;
		const missing = this.#missing(({ config }) => seconds < (config.required ? required : Math.min(optional, required)));
		this.#started = missing.length === 0;
		return missing;
	}
	async #gatewayProblems() {
		if (await this.#gatewayIsHealthy() === false) return ["the gateway is not healthy"];
		if (!(Date.now() - this.#lastRequestAt >= this.#config.quietSeconds * 1e3) || this.#servers.some(({ isBusy }) => isBusy)) return [];
		return this.#servers.filter(({ pool }) => pool.reachable).flatMap(({ config: { name }, toolWatch }) => {
			if (this.#missed.has(name)) return `the gateway has not got the tools of server ${name}, which is there now`;
			return toolWatch.isStale ? `server ${name} has other tools than when the gateway listed them` : [];
		});
	}
	/** Undefined: not known. */
	#gatewayIsHealthy() {
		const url = this.#config.gatewayHealth;
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
};
function verdict(problems) {
	return problems.length === 0 ? {
		status: 200,
		text: "ok\n"
	} : {
		status: 503,
		text: `${problems.join("\n")}\n`
	};
}
// relay/handshake.ts
/** The handshake of an `initialize` request, or undefined if the message has no parameters. */
function handshakeOf(initialize) {
	const params = parse(initialize)?.["params"];
	return params === void 0 ? void 0 : { params: JSON.stringify(params) };
}
/** The last handshake seen, shared by all servers: they have one gateway, which says the same to each. */
var KnownHandshake = class {
	#current;
	#listeners = [];
	get current() {
		return this.#current;
	}
	onChange(listener) {
		this.#listeners.push(listener);
	}
	learn(handshake) {
		if (this.#current?.params === handshake.params) return;
		this.#current = handshake;
		for (const listener of this.#listeners) listener();
	}
};
// relay/metrics.ts
/** Bounds in seconds: a warm call takes milliseconds, a cold start seconds, and some tools minutes. */
const buckets = [
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
		this.counter("process_cpu_seconds_total", "CPU time of the relay.").set((user + system) / 1e6);
		this.gauge("process_resident_memory_bytes", "Memory of the relay.").set(process.memoryUsage.rss());
		this.gauge("process_open_fds", "Open files and sockets of the relay.").set(openFiles());
	}
};
function openFiles() {
	try {
		return readdirSync("/proc/self/fd").length;
	} catch {
		return 0;
	}
}
/** The metrics of one server. */
function serverMetrics(metrics, server) {
	const name = (suffix) => `mcpgen_relay_${suffix}`;
	const counter = (suffix, help, labels = {}) => metrics.counter(name(suffix), help, {
		server,
		...labels
	});
	const gauge = (suffix, help) => metrics.gauge(name(suffix), help, { server });
	const histogram = (suffix, help) => metrics.histogram(name(suffix), help, { server });
	return {
		up: gauge("up", "1 if the last attempt to reach the server succeeded."),
		sessions: gauge("sessions", "Connections of the gateway that are open."),
		attached: gauge("attached", "Connections of the gateway that have a server process at this moment."),
		sessionsTotal: counter("sessions_total", "Connections of the gateway so far."),
		warm: gauge("warm", "Server processes that are ready and not in use."),
		warmTarget: gauge("warm_target", "Server processes that are to be kept ready."),
		warmHits: counter("warm_hits_total", "Connections that got a server process at once."),
		warmMisses: counter("warm_misses_total", "Connections that had to wait for a server process."),
		warmFailures: counter("connection_failures_total", "Connections to the server that failed, or were lost before use."),
		handshakeSeconds: histogram("handshake_seconds", "Time that servers take to answer initialize, with their start."),
		initializeSeconds: histogram("initialize_seconds", "Time that the gateway waited for the answer to initialize."),
		callSeconds: histogram("call_seconds", "Time from a request of the gateway to its answer, initialize left out."),
		calls: (outcome) => counter("calls_total", "Requests of the gateway by outcome.", { outcome }),
		losses: (reason) => counter("losses_total", "Server processes lost while a session used them.", { reason }),
		reattached: counter("reattached_total", "Sessions that got a new server process."),
		reaped: counter("reaped_total", "Server processes let go because their session was idle."),
		abandoned: counter("abandoned_total", "Connections of the gateway closed because nobody used them any more."),
		droppedLines: counter("dropped_lines_total", "Lines of servers that were no messages."),
		toServer: counter("bytes_total", "Bytes passed on.", { direction: "to_server" }),
		toGateway: counter("bytes_total", "Bytes passed on.", { direction: "to_gateway" })
	};
}
// relay/envelope.ts
/** Longer keys, ids and method names are cut off, and so equal to none: a bound for what one message can make us keep. */
const maxToken = 1024;
const quote = 34;
const backslash = 92;
const openBrace = 123;
const closeBrace = 125;
const openBracket = 91;
const closeBracket = 93;
const comma = 44;
const colon = 58;
/** Follows the structure of one message; takes 50 MB in about 60 ms and keeps nothing of it but three short texts. */
var EnvelopeScanner = class {
	#depth = 0;
	#root = 0;
	#invalid = false;
	#inString = false;
	#escaped = false;
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
	scan(bytes) {
		const { length } = bytes;
		for (let index = 0; index < length; index++) {
			if (this.#inString) {
				index = this.#scanString(bytes, index);
				continue;
			}
			const byte = bytes[index];
			switch (byte) {
				case quote:
					this.#inString = true;
					if (this.#depth === 1) this.#token = [quote];
					else if (this.#depth === 0) this.#invalid = true;
					break;
				case openBrace:
				case openBracket:
					this.#open(byte);
					break;
				case closeBrace:
				case closeBracket:
					if (this.#depth === 1) this.#endValue();
					if (--this.#depth < 0) this.#invalid = true;
					break;
				case comma:
					if (this.#depth === 1) {
						this.#endValue();
						this.#expectsKey = true;
					}
					break;
				case colon:
					if (this.#depth === 1) this.#endKey();
					break;
				case 32:
				case 9:
				case 10:
				case 13: break;
				default: if (this.#depth === 0) this.#invalid = true;
				else if (this.#depth === 1) this.#append(byte);
			}
		}
	}
	finish() {
		if (this.#root === 0 && !this.#invalid) return { kind: "blank" };
		if (this.#invalid || this.#depth !== 0) return { kind: "invalid" };
		if (this.#root === openBracket) return { kind: "batch" };
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
			if (this.#escaped) this.#escaped = false;
			else if (byte === backslash) this.#escaped = true;
			else if (byte === quote) {
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
			this.#expectsKey = byte === openBrace;
		}
		this.#depth++;
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
		if (token === void 0 || this.#root !== openBrace) return;
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
// relay/sse.ts
var SseReader = class {
	/** Where the stream can be resumed. */
	lastEventId;
	/** How long the server wants us to wait before that. */
	retryMs;
	#onData;
	#decoder = new TextDecoder();
	/** Characters of the event that is not complete yet. */
	heldLength = 0;
	#rest = [];
	#data = [];
	#event = "";
	constructor(onData) {
		this.#onData = onData;
	}
	push(chunk) {
		const text = this.#decoder.decode(chunk, { stream: true });
		this.heldLength += text.length;
		let start = 0;
		for (let at = text.indexOf("\n"); at >= 0; at = text.indexOf("\n", start)) {
			this.#rest.push(text.slice(start, at));
			this.#line(this.#rest.join(""));
			this.#rest = [];
			start = at + 1;
		}
		if (start < text.length) this.#rest.push(text.slice(start));
	}
	#line(raw) {
		const line = raw.endsWith("\r") ? raw.slice(0, -1) : raw;
		if (line === "") {
			const data = this.#data.join("\n");
			const isMessage = this.#event === "" || this.#event === "message";
			this.#data = [];
			this.#event = "";
			this.heldLength = 0;
			if (isMessage && data !== "") this.#onData(data);
			return;
		}
		const at = line.indexOf(":");
		const field = at < 0 ? line : line.slice(0, at);
		const value = at < 0 ? "" : line.slice(line[at + 1] === " " ? at + 2 : at + 1);
		if (field === "data") this.#data.push(value);
		else if (field === "event") this.#event = value;
		else if (field === "id") this.lastEventId = value;
		else if (field === "retry" && /^\d+$/.test(value)) this.retryMs = Number(value);
	}
};
// relay/http-upstream.ts
const agents = {
	"http:": new Agent({ keepAlive: true }),
	"https:": new Agent$1({ keepAlive: true })
};
/** A stream that the server ended is opened again after so long, if the server does not say otherwise. */
const defaultRetryMs = 1e3;
const maxResumes = 5;
/** HTTP's messages are held as a whole, several times over. */
const maxLength = 8 << 20;
const tooLong = `longer than 8 MiB`;
var HttpUpstream = class {
	handlers;
	#url;
	#headers;
	#requests = /* @__PURE__ */ new Set();
	#paused = /* @__PURE__ */ new Set();
	#sessionId;
	#protocolVersion;
	#parts = [];
	#partsLength = 0;
	#isPaused = false;
	#over = false;
	#ending = false;
	constructor(url, headers, connectTimeoutMs, handlers) {
		this.#url = url;
		this.#headers = headers;
		this.handlers = handlers;
		this.#probe(connectTimeoutMs);
	}
	write(bytes, envelope) {
		this.#partsLength += bytes.length;
		if (this.#partsLength <= maxLength) this.#parts.push(bytes);
		if (!envelope) return true;
		const body = Buffer.concat(this.#parts);
		if (this.#partsLength <= maxLength) this.#post(body, envelope);
		else this.#fail(envelope, `the request is ${tooLong}`);
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
		this.#close(false);
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
			timeout: timeoutMs
		});
		socket.once("connect", () => {
			socket.destroy();
			if (!this.#over) this.handlers.connected();
		});
		socket.once("timeout", () => socket.destroy(/* @__PURE__ */ new Error(`no connection within ${timeoutMs / 1e3} s`)));
		socket.once("error", (error) => this.#lose(error.message));
	}
	#post(body, envelope) {
		const request = this.#request("POST", {
			"content-type": "application/json",
			accept: "application/json, text/event-stream"
		}, (response) => {
			const status = response.statusCode ?? 0;
			if (envelope.method === Method.initialize) this.#sessionId = response.headers["mcp-session-id"]?.toString();
			if (envelope.method === Method.initialized) this.#listen(void 0);
			if (status === 404 && this.#sessionId !== void 0) this.#lose("the server does not know the session any more");
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
			if (status === 404 && this.#sessionId !== void 0) this.#lose("the server does not know the session any more");
			else if (status !== 200 || !isStream(response)) response.resume();
			else {
				const reader = this.#readStream(response, void 0);
				response.once("close", () => this.#later(reader, () => this.#listen(reader.lastEventId)));
			}
		}).end();
	}
	#read(response, envelope, resumes) {
		if (isStream(response)) {
			let answered = envelope.kind !== "request";
			const reader = this.#readStream(response, (id) => {
				answered ||= id === envelope.id;
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
			if (length > maxLength) this.#lose(`the answer is ${tooLong}`);
			else chunks.push(chunk);
		});
		response.on("error", () => void 0);
		response.once("close", () => {
			const body = Buffer.concat(chunks);
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
	#readStream(response, onResponse) {
		const reader = new SseReader((data) => {
			const envelope = this.#deliver(Buffer.from(data));
			if (envelope.kind === "response") onResponse?.(envelope.id);
		});
		response.on("data", (chunk) => {
			reader.push(chunk);
			if (reader.heldLength > maxLength) this.#lose(`a message is ${tooLong}`);
			if (!this.#isPaused) return;
			response.pause();
			this.#paused.add(response);
		});
		response.on("error", () => void 0);
		return reader;
	}
	/** Passes a message on, on one line: in JSON, line breaks can only be white space. */
	#deliver(text) {
		for (let at = text.indexOf(10); at >= 0; at = text.indexOf(10, at)) text[at] = 32;
		for (let at = text.indexOf(13); at >= 0; at = text.indexOf(13, at)) text[at] = 32;
		const scanner = new EnvelopeScanner();
		scanner.scan(text);
		const envelope = scanner.finish();
		if (this.#protocolVersion === void 0 && envelope.kind === "response") {
			const result = parse(text)?.["result"];
			const version = isObject(result) ? result["protocolVersion"] : void 0;
			if (typeof version === "string" && /^[\x21-\x7e]+$/.test(version)) this.#protocolVersion = version;
		}
		if (!this.#over) this.handlers.message(Buffer.concat([text, Buffer.from("\n")]), envelope);
		return envelope;
	}
	/** An HTTP error: of its body at most a JSON-RPC error is passed on. */
	#refused(response, envelope) {
		const chunks = [];
		response.on("data", (chunk) => chunks.push(chunk));
		response.on("error", () => void 0);
		response.once("close", () => {
			const error = parse(Buffer.concat(chunks))?.["error"];
			if (isObject(error) && envelope.kind === "request" && envelope.id !== void 0) this.#deliver(errorResponse(envelope.id, error).subarray(0, -1));
			else this.#fail(envelope, `HTTP status ${response.statusCode}`);
		});
	}
	/** The server is there, but has no answer to this request. */
	#fail(envelope, message) {
		if (envelope.kind !== "request" || envelope.id === void 0 || this.#over) return;
		this.#deliver(errorResponse(envelope.id, {
			code: ErrorCode.ConnectionClosed,
			message: `mcpgen: ${message}`
		}).subarray(0, -1));
		this.#endWhenDone();
	}
	#request(method, headers, onResponse) {
		const isHttps = this.#url.protocol === "https:";
		const request$3 = (isHttps ? request$1 : request)(this.#url, {
			method,
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
		request$3.once("error", (error) => this.#lose(error.message));
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
			this.#lose("the connection was closed");
		});
	}
	#sayGoodbye() {
		if (this.#sessionId === void 0 || this.#over) return;
		this.#request("DELETE", {}, (response) => response.resume()).end();
	}
	#lose(reason) {
		this.#close(true, reason);
	}
	#close(tell, reason = "") {
		if (this.#over) return;
		this.#over = true;
		for (const request of this.#requests) if (request.method !== "DELETE") request.destroy();
		if (tell) this.handlers.lost(reason);
	}
};
function isStream(response) {
	return response.headers["content-type"]?.startsWith("text/event-stream") === true;
}
// relay/backoff.ts
/** Failing attempts are so far apart at first; a call that waits makes them as frequent again. */
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
// relay/warm-target.ts
/** Without a miss for so long, one connection less is kept. */
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
// relay/waiters.ts
var UnavailableError = class extends Error {
	/** The JSON-RPC error with which the server refused the handshake, if it did. */
	answer;
	constructor(message, answer) {
		super(message);
		this.answer = answer;
	}
};
/** One failed start may be that of a pod on its way out; a server that fails again will go on so. */
const maxFailedStarts = 2;
var Waiters = class {
	#list = [];
	#isStarting;
	#lastError;
	constructor(isStarting, lastError) {
		this.#isStarting = isStarting;
		this.#lastError = lastError;
	}
	get size() {
		return this.#list.length;
	}
	/** Rejects with an `UnavailableError` when the patience is at its end. */
	wait(handshake, patience) {
		return new Promise((resolve, reject) => {
			const waiter = {
				handshake,
				patience,
				resolve,
				reject,
				timer: setTimeout(() => {
					if (this.#isStarting() && patience.startSeconds > 0) this.#waitForStart(waiter);
					else this.#giveUp(waiter);
				}, patience.reachSeconds * 1e3),
				failedStarts: 0,
				since: Date.now()
			};
			this.#list.push(waiter);
		});
	}
	/** Whether somebody waits for a connection with this handshake. */
	wants(handshake) {
		return this.#first(handshake) !== void 0;
	}
	/** Gives the connection to the first who waits for its handshake. */
	serve(connection) {
		const waiter = this.#first(connection.handshake);
		if (!waiter) return;
		this.#remove(waiter);
		waiter.resolve(connection);
		for (const other of this.#list) if (other.patience.startSeconds > 0) this.#waitForStart(other);
	}
	/** A start failed, for one that waits for it: who sees the second one, or an answer of the server, is told. */
	startFailed(connection, reason) {
		const [waiter] = this.#list.filter(({ handshake }) => handshake.params === connection.handshake?.params).toSorted((a, b) => a.failedStarts - b.failedStarts);
		if (!waiter || ++waiter.failedStarts < maxFailedStarts && connection.error === void 0) return;
		this.#remove(waiter);
		waiter.reject(new UnavailableError(reason, connection.error));
	}
	/** The first handshake that somebody waits for and that is not among those under way. */
	nextHandshake(underWay) {
		return this.#list.find(({ handshake }) => !underWay.some((other) => other?.params === handshake.params))?.handshake;
	}
	rejectAll(reason) {
		for (const waiter of this.#list.splice(0)) {
			clearTimeout(waiter.timer);
			waiter.reject(new UnavailableError(reason));
		}
	}
	#first(handshake) {
		return this.#list.find((waiter) => waiter.handshake.params === handshake?.params);
	}
	#remove(waiter) {
		clearTimeout(waiter.timer);
		this.#list.splice(this.#list.indexOf(waiter), 1);
	}
	#waitForStart(waiter) {
		clearTimeout(waiter.timer);
		waiter.timer = setTimeout(() => this.#giveUp(waiter), waiter.patience.startSeconds * 1e3);
	}
	#giveUp(waiter) {
		this.#remove(waiter);
		const state = this.#isStarting() ? "starting, and not ready" : "not reached";
		const seconds = Math.round((Date.now() - waiter.since) / 100) / 10;
		waiter.reject(new UnavailableError(this.#lastError() || `it is ${state} within ${seconds} s`));
	}
};
// relay/warm.ts
/** What a server may say before anybody listens; more is a reason to give the connection up. */
const maxBacklog = 65536;
/** A server that waits for an answer may be handed over for so long; then it might have given up. */
const maxRequestAgeMs = 5e3;
/** Whoever has not answered a ping by then is taken to be slow, or to know no ping. */
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
	/** JSON text of the result of `initialize`. */
	result;
	/** Why it was lost, if it was after it had found an owner. */
	lostReason;
	/** The error that the server answered instead. */
	error;
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
	/** Sends `initialize`; the connection must be `connected`. */
	shake(handshake) {
		this.#state = "handshaking";
		this.#handshake = handshake;
		this.#startedAt = Date.now();
		const bytes = Buffer.from(`{"jsonrpc":"2.0","id":${handshakeId},"method":"${Method.initialize}","params":${handshake.params}}\n`);
		this.upstream.write(bytes, {
			kind: "request",
			id: handshakeId,
			method: Method.initialize
		});
		this.#timer = setTimeout(() => this.giveUp(`no answer to initialize within ${this.#timeoutMs / 1e3} s`), this.#timeoutMs);
	}
	giveUp(reason) {
		this.upstream.destroy();
		this.lost(reason);
	}
	/** Takes it out of use: from now on its new owner is told of everything. */
	leave() {
		clearTimeout(this.#timer);
		this.#state = "gone";
	}
	/** Whether the process lives, as far as a ping shows: its end may not have been noticed yet. Only after `initialized`. */
	isAlive() {
		if (this.lostReason !== void 0) return Promise.resolve(false);
		return new Promise((resolve) => {
			const timer = setTimeout(() => resolve(true), maxPingMs);
			this.#pinged = (isAlive) => {
				clearTimeout(timer);
				resolve(isAlive);
			};
			this.upstream.write(request$2(pingId, Method.ping), {
				kind: "request",
				id: pingId,
				method: Method.ping
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
		this.giveUp("the server sent more than 1 MiB before it was used");
	}
	drain() {}
	lost(reason) {
		if (this.#state === "gone") {
			this.lostReason ??= reason;
			this.#pinged?.(false);
			return;
		}
		clearTimeout(this.#timer);
		const before = this.#state;
		this.#state = "gone";
		this.#events.failed(this, before, reason);
	}
	#answered(bytes) {
		const answer = parse(bytes);
		if (!isObject(answer?.["result"])) {
			this.error = answer?.["error"];
			this.giveUp("the server refused initialize");
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
		if (this.#backlogLength > maxBacklog) this.giveUp("the server sent too much before it was used");
		else this.backlog.push({
			bytes,
			envelope
		});
	}
};
// relay/pool.ts
/** Starts that fail are at most so far apart. */
const maxDelayMs = 3e4;
/** To look for a server that is not there costs it nothing. */
const maxUnreachedDelayMs = 3e3;
/** A connection lost sooner counts as a failed start, so that a server that ends at once is backed off. */
const shortLifeMs = 1e4;
/** Let the call that took a connection have the processor before its replacement starts. */
const refillDelayMs = 200;
/** More processes that start at the same time make each other slow; a server's pod has few processors. */
const maxStarting = 4;
var Pool = class {
	#settings;
	#open;
	#known;
	#metrics;
	#log;
	#connections = /* @__PURE__ */ new Set();
	#waiters = new Waiters(() => this.#inState("handshaking").length > 0, () => this.#lastError);
	#events = {
		progress: (connection) => this.#progress(connection),
		failed: (connection, before, reason) => this.#failed(connection, before, reason)
	};
	#target;
	#backoff = new Backoff();
	#lastError = "";
	#reachable = false;
	#timer;
	#timerAt = 0;
	#closed = false;
	constructor(settings, open, known, metrics, log) {
		this.#settings = settings;
		this.#open = open;
		this.#known = known;
		this.#metrics = metrics;
		this.#log = log;
		this.#target = new WarmTarget(settings);
		known.onChange(() => this.#shakeAll());
	}
	/** Whether the last attempt to reach the server succeeded. */
	get reachable() {
		return this.#reachable;
	}
	get lastError() {
		return this.#lastError;
	}
	/** Opens what is to be ready; with nothing to keep, one connection shows whether the server is there. */
	start() {
		this.#fill();
	}
	/** Whether `take` will not have to wait. */
	get isReady() {
		return this.#inState("ready").length > 0;
	}
	/** A connection on which this handshake is done. Rejects with an `UnavailableError` when the patience is at its end. */
	async take(handshake, patience) {
		this.#known.learn(handshake);
		const ready = this.#findReady(handshake);
		if (ready) {
			this.#metrics.warmHits.add(1);
			return this.#handOver(ready);
		}
		this.#metrics.warmMisses.add(1);
		this.#target.grow();
		const served = this.#waiters.wait(handshake, patience);
		this.#backoff.hurry();
		this.#fill();
		return served;
	}
	/** A connection without a handshake, for a client that speaks otherwise. */
	openPlain(handlers) {
		return this.#open(handlers);
	}
	close() {
		this.#closed = true;
		clearTimeout(this.#timer);
		for (const connection of this.#connections) this.#drop(connection);
		this.#waiters.rejectAll("the relay is stopping");
	}
	#inState(...states) {
		return [...this.#connections].filter(({ state }) => states.includes(state));
	}
	#findReady(handshake) {
		for (const connection of this.#connections) {
			if (connection.state !== "ready") continue;
			if (connection.fresh && connection.handshake?.params === handshake.params) return connection;
			this.#drop(connection);
		}
	}
	#handOver(connection) {
		this.#connections.delete(connection);
		connection.leave();
		this.#backoff.succeeded();
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
		this.#metrics.warm.set(this.#inState("ready").length);
		this.#metrics.warmTarget.set(this.#target.value);
	}
	/** The gateway speaks otherwise than before: what is ready is of no use. */
	#shakeAll() {
		for (const connection of this.#connections) if (connection.state === "ready") this.#drop(connection);
		else if (connection.state === "connected") this.#shake(connection);
		this.#fillLater(0);
	}
	#shake(connection) {
		const underWay = this.#inState("handshaking").map((other) => other.handshake);
		const handshake = this.#waiters.nextHandshake(underWay) ?? this.#known.current;
		if (handshake) connection.shake(handshake);
	}
	#progress(connection) {
		if (connection.state === "connected") {
			this.#setReachable(true, "");
			this.#shake(connection);
			return;
		}
		this.#metrics.handshakeSeconds.observe(connection.handshakeSeconds);
		this.#count();
		if (this.#waiters.wants(connection.handshake)) this.#waiters.serve(this.#handOver(connection));
		else if (connection.handshake?.params !== this.#known.current?.params) this.#drop(connection);
		this.#fillLater(this.#waiters.size > 0 ? 0 : refillDelayMs);
	}
	#failed(connection, before, reason) {
		this.#connections.delete(connection);
		this.#count();
		if (this.#closed) return;
		const what = before === "handshaking" || before === "connected" ? "server did not start" : before === "ready" ? "warm connection lost" : "server not reached";
		this.#log.info(what, {
			reason,
			failures: this.#backoff.failures
		});
		this.#metrics.warmFailures.add(1);
		if (before === "ready" && Date.now() - connection.openedAt > shortLifeMs) this.#backoff.succeeded();
		else this.#backoff.failed(before === "connecting" ? maxUnreachedDelayMs : maxDelayMs, this.#waiters.size > 0);
		if (before !== "ready") this.#setReachable(before !== "connecting", reason);
		if (before === "handshaking") this.#waiters.startFailed(connection, reason);
		this.#fill();
	}
	#setReachable(reachable, error) {
		if (reachable !== this.#reachable) this.#log.info(reachable ? "server is reachable" : "server is not reachable", { error });
		this.#reachable = reachable;
		this.#lastError = error;
		this.#metrics.up.set(reachable ? 1 : 0);
	}
	/** Opens as many connections as are missing, or waits until that is allowed. */
	#fill() {
		if (this.#closed) return;
		this.#shrink();
		const atLeast = this.#reachable ? 0 : 1;
		const wanted = Math.max(this.#target.value, this.#waiters.size, atLeast) - this.#connections.size;
		if (wanted <= 0) return;
		const wait = this.#backoff.waitMs;
		if (wait > 0) {
			this.#fillLater(wait);
			return;
		}
		const starting = this.#inState("connecting", "handshaking").length;
		const count = Math.min(wanted, Math.min(Math.max(1, this.#waiters.size), maxStarting) - starting);
		for (let index = 0; index < count; index++) {
			const timeoutMs = this.#settings.handshakeTimeoutSeconds * 1e3;
			this.#connections.add(new WarmConnection(this.#open, timeoutMs, this.#events));
		}
	}
	#fillLater(delayMs) {
		if (this.#closed) return;
		const at = Date.now() + Math.max(delayMs, this.#backoff.waitMs);
		if (this.#timer && this.#timerAt <= at) return;
		clearTimeout(this.#timer);
		this.#timerAt = at;
		this.#timer = setTimeout(() => {
			this.#timer = void 0;
			this.#fill();
		}, at - Date.now());
	}
	#shrink() {
		this.#target.shrink();
		for (const connection of this.#inState("ready")) {
			if (this.#connections.size <= Math.max(this.#target.value, this.#waiters.size)) break;
			this.#drop(connection);
		}
		const { shrinksInMs } = this.#target;
		if (shrinksInMs !== void 0) this.#fillLater(shrinksInMs);
	}
};
const newline = 10;
var Framer = class {
	#sink;
	#scanner = new EnvelopeScanner();
	#held = [];
	#heldLength = 0;
	#streaming = false;
	constructor(sink) {
		this.#sink = sink;
	}
	push(chunk) {
		let start = 0;
		while (start < chunk.length) {
			const at = chunk.indexOf(newline, start);
			const piece = chunk.subarray(start, at < 0 ? chunk.length : at + 1);
			start += piece.length;
			this.#scanner.scan(piece);
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
			if (this.#scanner.plausible) this.#sink.part(piece, void 0);
			return;
		}
		this.#held.push(piece);
		this.#heldLength += piece.length;
		if (this.#heldLength <= 1048576) return;
		const bytes = this.#takeHeld();
		this.#streaming = true;
		if (this.#scanner.plausible) this.#sink.part(bytes, void 0);
	}
	#complete(piece) {
		const envelope = this.#scanner.finish();
		this.#scanner = new EnvelopeScanner();
		if (this.#streaming) {
			this.#streaming = false;
			this.#sink.part(piece, envelope);
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
			envelope
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
		return this.#socket.write(bytes);
	}
	/** Answers a request with an error of the relay; other messages need no answer. */
	refuse(envelope, outcome, reason) {
		if (envelope?.kind !== "request" || envelope.id === void 0) return;
		this.#metrics.calls(outcome).add(1);
		this.write(errorResponse(envelope.id, {
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
// relay/calls.ts
var Calls = class {
	#metrics;
	/** Requests of the gateway, and when they came. */
	#ours = /* @__PURE__ */ new Map();
	/** Requests of the server that is there now. */
	#theirs = /* @__PURE__ */ new Set();
	/** How many answers are still to come to requests of servers that are gone; a new server may use the same ids. */
	#stale = /* @__PURE__ */ new Map();
	constructor(metrics) {
		this.#metrics = metrics;
	}
	/** Requests of the gateway that wait for the server. */
	get size() {
		return this.#ours.size;
	}
	/** Whether the server waits for an answer of the gateway's client, which may be a person's. */
	get serverWaits() {
		return this.#theirs.size > 0;
	}
	/** The gateway says something to the server; false if it must not be passed on. */
	sent(bytes, envelope) {
		const { kind, id, method } = envelope;
		if (kind === "request" && id !== void 0) this.#ours.set(id, Date.now());
		else if (kind === "response" && id !== void 0) return this.answered(id);
		else if (method === Method.cancelled) this.cancel(bytes);
		else if (kind === "batch") {
			const ids = batchIds(bytes);
			for (const request of ids.requests) this.#ours.set(request, Date.now());
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
		if (id !== void 0 && this.#ours.delete(id)) this.#metrics.calls("cancelled").add(1);
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
	/** The server is gone: what the gateway has to be told. */
	abandon(outcome, code, message) {
		const messages = [...this.#ours.keys()].map((id) => {
			this.#metrics.calls(outcome).add(1);
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
	#end(id, outcome) {
		const started = this.#ours.get(id);
		if (started === void 0) return;
		this.#ours.delete(id);
		this.#metrics.calls(outcome).add(1);
		this.#metrics.callSeconds.observe((Date.now() - started) / 1e3);
	}
};
// relay/server-link.ts
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
	/** Requests of the gateway for tools: whether it is for the first page, by id. */
	#toolLists = /* @__PURE__ */ new Map();
	#idleTimer;
	#silenceTimer;
	constructor(gateway, context, events) {
		this.#gateway = gateway;
		this.#context = context;
		this.#events = events;
		this.#calls = new Calls(context.metrics);
		const { idleSeconds, callSilenceSeconds, stateful } = context.settings;
		if (idleSeconds > 0 && !stateful) this.#idleTimer = setTimeout(() => this.#checkIdle(), idleSeconds * 1e3);
		if (callSilenceSeconds > 0) this.#silenceTimer = setTimeout(() => this.#checkSilence(), callSilenceSeconds * 1e3);
	}
	use(upstream) {
		this.#upstream = upstream;
		upstream.handlers = this.handlers;
		this.#context.metrics.attached.add(1);
		this.#idleTimer?.refresh();
	}
	/** What a connection to the server is to call. */
	get handlers() {
		return {
			connected: () => void 0,
			message: (bytes, envelope) => this.fromServer(bytes, envelope),
			part: (bytes, envelope) => this.fromServer(bytes, envelope),
			drain: () => this.#gateway.resume(),
			lost: (reason) => this.#lose("lost", ErrorCode.ConnectionClosed, reason)
		};
	}
	/** Passes on what the gateway says. */
	forward({ bytes, envelope }) {
		this.#inRequest = envelope === void 0;
		if (envelope) {
			if (this.#calls.size === 0) this.#silenceTimer?.refresh();
			if (!this.#calls.sent(bytes, envelope)) return;
			const { id, method } = envelope;
			if (method === Method.toolsList && id !== void 0) this.#toolLists.set(id, !hasCursor(bytes));
		}
		this.#context.metrics.toServer.add(bytes.length);
		if (this.#upstream?.write(bytes, envelope) === false) this.#gateway.pause();
	}
	/** Takes note of a message of the gateway that is for no server process. */
	note({ bytes, envelope }) {
		if (envelope) this.#calls.sent(bytes, envelope);
	}
	/** Refuses a request of which nothing, or nothing more, is passed on. */
	drop({ envelope }, reason) {
		this.#dropsRest = envelope === void 0;
		this.#gateway.refuse(envelope, "unavailable", reason);
	}
	/** Drops a piece of a message that was for a server that is gone, and refuses it with the last one; false: it is of another. */
	refuseRest({ envelope }) {
		if (!this.#dropsRest) return false;
		if (envelope) {
			this.#dropsRest = false;
			this.#gateway.refuse(envelope, "lost", "the server was lost while it was asked");
		}
		return true;
	}
	fromServer(bytes, envelope) {
		this.#silenceTimer?.refresh();
		this.#idleTimer?.refresh();
		if (envelope?.kind === "invalid" && this.#inAnswer) {
			this.#lose("lost", ErrorCode.ConnectionClosed, "it was lost in the middle of an answer");
			return;
		}
		if (envelope?.kind === "invalid") {
			this.#context.metrics.droppedLines.add(1);
			this.#context.log.debug("a line of the server is no message", { bytes: bytes.length });
			return;
		}
		this.#inAnswer = envelope === void 0;
		if (envelope?.kind === "response" && isOwnId(envelope.id)) return;
		if (envelope) {
			this.#calls.received(bytes, envelope);
			if (envelope.kind === "response") this.#toolsAnswered(envelope.id, bytes);
		}
		if (!this.#gateway.write(bytes)) this.#upstream?.pause();
	}
	#toolsAnswered(id = "", answer) {
		const isFirstPage = this.#toolLists.get(id);
		if (isFirstPage === void 0) return;
		this.#toolLists.delete(id);
		this.#context.toolsListed(answer, isFirstPage);
	}
	/** Whether one side waits for an answer of the other. */
	get isBusy() {
		return this.#calls.size > 0 || this.#calls.serverWaits || this.#inRequest;
	}
	/** Whether the gateway has got half of a long message. */
	get isInAnswer() {
		return this.#inAnswer;
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
	/** Lets the server process go, for good. */
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
		this.#toolLists.clear();
		this.#context.metrics.attached.add(-1);
		this.#dropsRest = this.#inRequest;
		this.#inRequest = false;
		return upstream;
	}
	#lose(outcome, code, reason) {
		this.#detach()?.destroy();
		const { settings, log, metrics } = this.#context;
		const calls = this.#calls.size;
		if (!this.#ended || calls > 0) {
			log.info("a session lost its server", {
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
		const reason = `no answer and no sign of life for ${this.#context.settings.callSilenceSeconds} s`;
		this.#lose("silent", ErrorCode.RequestTimeout, reason);
	}
	#checkIdle() {
		this.#idleTimer?.refresh();
		if (!this.#upstream || this.isBusy) return;
		this.#detach()?.release();
		this.#context.metrics.reaped.add(1);
		this.#context.log.info("an idle session let its server go");
		this.#events.idle();
	}
};
// relay/session.ts
/** When the gateway has closed its side, answers that are still to come have so much time. */
const lingerMs$1 = 5e3;
var Session = class {
	#gateway;
	#link;
	#context;
	#queue = [];
	#state = "new";
	#handshake;
	/** The gateway's `notifications/initialized`, for the server processes to come. */
	#initialized;
	#closing = false;
	/** The client knows that its server was lost, or it was not: the next call may take as long as a server's start. */
	#isPatient = true;
	#abandonedTimer;
	constructor(socket, context) {
		this.#context = context;
		context.metrics.sessions.add(1);
		context.metrics.sessionsTotal.add(1);
		this.#gateway = new GatewayEnd(socket, context.name, context.metrics, {
			received: (piece) => this.#received(piece),
			drain: () => this.#link.resume(),
			ended: () => this.#gatewayEnded(),
			failed: (reason) => context.log.debug("connection of the gateway failed", { reason }),
			closed: () => this.close()
		});
		this.#link = new ServerLink(this.#gateway, context, {
			lost: (calls) => this.#lost(calls),
			idle: () => {
				this.#state = "detached";
				this.#isPatient = true;
				this.#gateway.resume();
			}
		});
		const { abandonedSeconds } = context.settings;
		if (abandonedSeconds > 0) this.#abandonedTimer = setTimeout(() => this.#abandon(), abandonedSeconds * 1e3);
	}
	get isAttached() {
		return this.#state === "attached";
	}
	/** Whether one side waits for an answer of the other. */
	get isBusy() {
		return this.#state === "attaching" || this.#link.isBusy;
	}
	/** Whether the gateway has begun to use it, and is not in the middle of a message. */
	get canNotify() {
		const { isInAnswer } = this.#link;
		return this.#initialized !== void 0 && !isInAnswer && /^(?:attached|detached)$/.test(this.#state);
	}
	notifyToolsChanged() {
		this.#isPatient = true;
		this.#gateway.write(notification(Method.toolListChanged));
	}
	close() {
		if (this.#state === "closed") return;
		this.#state = "closed";
		clearTimeout(this.#abandonedTimer);
		this.#link.close();
		this.#gateway.destroy();
		this.#context.metrics.sessions.add(-1);
	}
	#received(piece) {
		const { bytes, envelope } = piece;
		this.#link.touch();
		this.#abandonedTimer?.refresh();
		if (envelope?.kind === "request") this.#context.requested(envelope.method);
		if (this.#link.refuseRest(piece)) return;
		if (envelope?.kind === "response" && envelope.id === pingId) return;
		if (envelope?.method === Method.initialized && this.#state !== "attaching") this.#begun(bytes);
		if (this.#state === "attaching") this.#queue.push(piece);
		else if (this.#state === "attached") this.#link.forward(piece);
		else if (this.#state === "detached") this.#wake(piece);
		else if (this.#state === "new") this.#begin(piece);
		else if (this.#state === "failed") this.#gateway.refuse(envelope, "lost", "the server was lost, and the state of this session with it; open a new session");
	}
	/** The first message: `initialize`. Whatever else it may be, a server process shall say what it thinks of it. */
	#begin(piece) {
		const { bytes, envelope } = piece;
		const handshake = envelope?.method === Method.initialize ? handshakeOf(bytes) : void 0;
		this.#handshake = handshake;
		if (!handshake || envelope?.id === void 0) {
			this.#queue.push(piece);
			this.#attachPlain();
			return;
		}
		const { id } = envelope;
		const started = Date.now();
		const refused = this.#context.pool.isReady ? void 0 : this.#context.waits();
		this.#attach((patience) => this.#context.pool.take(handshake, patience), ({ result = "{}" }) => {
			this.#context.metrics.initializeSeconds.observe((Date.now() - started) / 1e3);
			this.#gateway.write(resultResponse(id, result));
		}, (error) => {
			this.#state = "new";
			refused?.();
			if (error.answer !== void 0) this.#gateway.write(errorResponse(id, error.answer));
			else this.#gateway.refuse(envelope, "unavailable", `it is not available: ${error.message}`);
		});
	}
	/**
	* The gateway's socat holds back what follows until this message is acknowledged, which the kernel puts off for 40 ms when there is
	* nothing to send (Nagle's algorithm): a ping carries the acknowledgement, and the session's first call comes at once.
	*/
	#begun(initialized) {
		this.#initialized = initialized;
		if (this.#handshake) this.#gateway.write(request$2(pingId, Method.ping));
	}
	/** A message for a session without a server process: only a request is worth one. */
	#wake(piece) {
		const { envelope } = piece;
		if (envelope && envelope.kind !== "request" && envelope.kind !== "batch") {
			this.#link.note(piece);
			return;
		}
		if (envelope?.method === Method.ping && envelope.id !== void 0) {
			this.#gateway.write(resultResponse(envelope.id, "{}"));
			return;
		}
		this.#queue.push(piece);
		const handshake = this.#handshake;
		if (!handshake) {
			this.#attachPlain();
			return;
		}
		this.#attach((patience) => this.#takeAgain(handshake, patience), () => this.#context.metrics.reattached.add(1), (error) => {
			this.#state = "detached";
			this.#isPatient = !this.#isPatient;
			for (const queued of this.#queue.splice(0)) this.#link.drop(queued, `it is not available: ${error.message}`);
		});
	}
	/** Another process for a session that has lost its own. What ended that may have ended those that were ready as well. */
	async #takeAgain(handshake, patience) {
		const { pool } = this.#context;
		for (;;) {
			const wasReady = pool.isReady;
			const connection = await pool.take(handshake, patience);
			if (!this.#initialized) return connection;
			connection.upstream.write(this.#initialized, {
				kind: "notification",
				method: Method.initialized
			});
			if (!wasReady || await connection.isAlive()) return connection;
		}
	}
	#attach(take, attached, failed) {
		const patience = this.#patience();
		this.#state = "attaching";
		this.#gateway.pause();
		take(patience).then((connection) => {
			const { upstream, backlog } = connection;
			if (this.#state !== "attaching") {
				upstream.release();
				return;
			}
			this.#link.use(upstream);
			attached(connection);
			for (const { bytes, envelope } of backlog) this.#link.fromServer(bytes, envelope);
			this.#flush();
			if (connection.lostReason !== void 0) this.#link.handlers.lost(connection.lostReason);
		}, (error) => {
			if (this.#state !== "attaching") return;
			this.#context.log.warn("the gateway did not get the server", { reason: error.message });
			failed(error);
			this.#gateway.resume();
		});
	}
	/**
	* How long the gateway waits for a server. That its server was lost a client learns soon, by a call that fails if there is
	* no other server yet; its next call then waits. Should that fail as well, the server is down, and the next fails soon.
	*/
	#patience() {
		const { initializeSeconds, reconnectSeconds, handshakeTimeoutSeconds } = this.#context.settings;
		if (this.#state === "new") return {
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
	#attachPlain() {
		this.#link.use(this.#context.pool.openPlain(this.#link.handlers));
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
		this.#isPatient = calls > 0;
		if (this.#closing) this.#gateway.end();
		else this.#gateway.resume();
	}
	/** The gateway keeps connections of clients that left without a word, each with a process of its own, for as long as it lives. */
	#abandon() {
		this.#abandonedTimer?.refresh();
		if (this.isBusy) return;
		this.#context.metrics.abandoned.add(1);
		this.#context.log.info("an abandoned session is closed");
		this.close();
	}
	#gatewayEnded() {
		this.#closing = true;
		if (this.#state === "attached") this.#link.end();
		else if (this.#state !== "attaching") this.#gateway.end();
		setTimeout(() => this.close(), lingerMs$1).unref();
	}
};
// relay/tool-watch.ts
/** All connections of a pod are lost together, and the sessions that lost theirs have precedence. */
const settleMs = 3e3;
const retryMs = 5e3;
/** Listing takes no longer, a server's start included. */
const remindMs = 3e4;
const listId = ownId("tools");
var ToolWatch = class {
	#settings;
	#dial;
	#handshake;
	#log;
	#notify;
	/** Fingerprint of the tools that the gateway was given last. */
	#listed;
	#isStale = false;
	#lookTimer;
	#remindTimer;
	/** `notify` has the gateway list the tools anew, if it can. */
	constructor(settings, dial, handshake, log, notify) {
		this.#settings = settings;
		this.#dial = dial;
		this.#handshake = handshake;
		this.#log = log;
		this.#notify = notify;
	}
	/** Whether the gateway has been given other tools than the server has now. */
	get isStale() {
		return this.#isStale;
	}
	/** The gateway has got this answer to `tools/list`. */
	listed(answer) {
		const tools = fingerprint(answer);
		if (tools === void 0) return;
		this.#listed = tools;
		this.#isStale = false;
	}
	/** A connection was closed at the other end: the server's pod may be another one from now on. */
	podLost() {
		this.#lookLater(settleMs);
	}
	close() {
		clearTimeout(this.#lookTimer);
		clearTimeout(this.#remindTimer);
	}
	#lookLater(delayMs) {
		clearTimeout(this.#lookTimer);
		this.#lookTimer = setTimeout(() => void this.#look(), delayMs);
	}
	async #look() {
		const handshake = this.#handshake.current;
		if (!handshake) return;
		const timeoutMs = this.#settings.handshakeTimeoutSeconds * 1e3;
		try {
			const tools = fingerprint(await listTools(await start(this.#dial, handshake, timeoutMs), timeoutMs));
			if (tools === void 0) return;
			this.#isStale = tools !== this.#listed;
		} catch (error) {
			this.#log.debug("the tools cannot be listed", { reason: error.message });
			this.#lookLater(retryMs);
			return;
		}
		if (this.#isStale) this.#log.info("the server has other tools than the gateway knows");
		this.#remind();
	}
	/** Until the gateway has listed the tools: that may fail, or there may be nobody yet to be told. */
	#remind() {
		clearTimeout(this.#remindTimer);
		if (!this.#isStale) return;
		this.#notify();
		this.#remindTimer = setTimeout(() => this.#remind(), remindMs);
	}
};
/** A server process of our own, with the handshake done. */
function start(dial, handshake, timeoutMs) {
	return new Promise((resolve, reject) => {
		const connection = new WarmConnection(dial, timeoutMs, {
			progress: ({ state, upstream }) => {
				if (state === "connected") {
					connection.shake(handshake);
					return;
				}
				connection.leave();
				resolve(upstream);
			},
			failed: (_, __, reason) => reject(new Error(reason))
		});
	});
}
/** Asks a server on a connection of its own, which is let go after that. */
function listTools(upstream, timeoutMs) {
	return new Promise((resolve, reject) => {
		const timer = setTimeout(() => reject(/* @__PURE__ */ new Error(`no answer within ${timeoutMs / 1e3} s`)), timeoutMs);
		const settle = (action) => {
			clearTimeout(timer);
			action();
		};
		upstream.handlers = {
			connected: () => void 0,
			drain: () => void 0,
			part: () => settle(() => reject(/* @__PURE__ */ new Error("the answer is longer than 1 MiB"))),
			lost: (reason) => settle(() => reject(new Error(reason))),
			message: (bytes, { kind, id }) => {
				if (kind === "response" && id === listId) settle(() => resolve(bytes));
			}
		};
		upstream.write(notification(Method.initialized), {
			kind: "notification",
			method: Method.initialized
		});
		upstream.write(request$2(listId, Method.toolsList), {
			kind: "request",
			id: listId,
			method: Method.toolsList
		});
	}).finally(() => upstream.release());
}
/** The same for the same tools in whatever order; undefined if the answer has none. */
function fingerprint(answer) {
	const result = parse(answer)?.["result"];
	const tools = isObject(result) ? result["tools"] : void 0;
	if (!Array.isArray(tools)) return void 0;
	const texts = tools.map((tool) => JSON.stringify(tool)).toSorted();
	return createHash("sha256").update(texts.join("\n")).digest("hex");
}
// relay/upstream.ts
/** A server that has been told to end gets so much time until its connection is cut. */
const lingerMs = 5e3;
var TcpUpstream = class {
	handlers;
	#socket;
	#framer = new Framer(this);
	#over = false;
	#closed;
	#connected = false;
	/** `closed` is called besides when the other end closes the connection, as it does when its pod ends. */
	constructor(address, connectTimeoutMs, handlers, closed) {
		this.handlers = handlers;
		this.#closed = closed;
		const socket = connect({
			...address,
			noDelay: true,
			keepAlive: true,
			keepAliveInitialDelay: 6e4,
			allowHalfOpen: true
		});
		this.#socket = socket;
		const timer = setTimeout(() => this.#lose(`no connection within ${connectTimeoutMs / 1e3} s`), connectTimeoutMs);
		socket.once("connect", () => {
			clearTimeout(timer);
			this.#connected = true;
			if (!this.#over) this.handlers.connected();
		});
		socket.on("data", (chunk) => this.#framer.push(chunk));
		socket.on("drain", () => {
			if (!this.#over) this.handlers.drain();
		});
		socket.on("end", () => {
			this.#framer.end();
			this.#lose("the connection was closed", true);
		});
		socket.on("error", (error) => this.#lose(error.message, true));
		socket.on("close", () => {
			clearTimeout(timer);
			this.#lose("the connection was closed", true);
		});
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
		return this.#socket.write(bytes);
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
	release() {
		this.#over = true;
		this.#socket.resume();
		this.#socket.end();
		setTimeout(() => this.#socket.destroy(), lingerMs).unref();
	}
	destroy() {
		this.#over = true;
		this.#socket.destroy();
	}
	#lose(reason, isClosed = false) {
		this.#socket.destroy();
		if (this.#over) return;
		this.#over = true;
		if (isClosed && this.#connected) this.#closed();
		this.handlers.lost(reason);
	}
};
// relay/server.ts
var RelayServer = class {
	config;
	pool;
	toolWatch;
	#listener;
	#sessions = /* @__PURE__ */ new Set();
	#log;
	constructor(config, known, metrics, log, events) {
		this.config = config;
		this.#log = log.with({ server: config.name });
		const counts = serverMetrics(metrics, config.name);
		const closed = () => this.toolWatch.podLost();
		const dial = (handlers) => open(config, handlers, closed);
		this.pool = new Pool(config, dial, known, counts, this.#log);
		this.toolWatch = new ToolWatch(config, dial, known, this.#log, () => this.#notifyToolsChanged());
		const context = {
			name: config.name,
			settings: config,
			pool: this.pool,
			metrics: counts,
			log: this.#log,
			waits: () => events.waits(config.name),
			requested: (method) => events.requested(config.name, method),
			toolsListed: (answer, isFirstPage) => {
				if (isFirstPage) this.toolWatch.listed(answer);
				events.toolsListed(config.name);
			}
		};
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
	/** Whether somebody waits for an answer. */
	get isBusy() {
		return [...this.#sessions].some((session) => session.isBusy);
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
				this.pool.start();
				resolve();
			});
		});
	}
	close() {
		this.#listener.close();
		for (const session of this.#sessions) session.close();
		this.toolWatch.close();
		this.pool.close();
	}
	/** One session is enough: the gateway lists a server's tools for all. One that has its server process costs least. */
	#notifyToolsChanged() {
		const newestFirst = [...this.#sessions].toReversed();
		const [attached, detached] = [true, false].map((isAttached) => newestFirst.find((session) => session.isAttached === isAttached && session.canNotify));
		(attached ?? detached)?.notifyToolsChanged();
	}
};
function open(config, handlers, closed) {
	if (config.url) return new HttpUpstream(config.url, config.headers, config.connectTimeoutSeconds * 1e3, handlers);
	if (config.target) return new TcpUpstream(config.target, config.connectTimeoutSeconds * 1e3, handlers, closed);
	throw new Error(`server ${config.name} has no address`);
}
// relay/relay.ts
var Relay = class {
	metrics = new Metrics();
	servers;
	admin;
	constructor(config, log) {
		const known = new KnownHandshake();
		const events = {
			waits: (server) => this.admin.waits(server),
			requested: (server, method) => this.admin.requested(server, method),
			toolsListed: (server) => this.admin.toolsListed(server)
		};
		this.servers = new Map(config.servers.map((server) => [server.name, new RelayServer(server, known, this.metrics, log, events)]));
		this.admin = new Admin(config, [...this.servers.values()], this.metrics, log);
	}
	async listen() {
		await Promise.all([...this.servers.values()].map((server) => server.listen()));
		await this.admin.listen();
	}
	close() {
		this.admin.close();
		for (const server of this.servers.values()) server.close();
	}
};
// relay/main.ts
const path = process.argv[2] ?? process.env["RELAY_CONFIG"] ?? "/etc/mcpgen-relay/config.json";
try {
	const config = readConfig(readFileSync(path, "utf8"), process.env);
	const log = new Log(config.logLevel);
	const relay = new Relay(config, log);
	const stop = (signal) => {
		log.info("stopping", { signal });
		relay.close();
		process.exit(0);
	};
	process.once("SIGTERM", stop);
	process.once("SIGINT", stop);
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
	new Log("error").error(`the relay cannot start: ${error.message}`, { path });
	process.exit(1);
}
export {};
