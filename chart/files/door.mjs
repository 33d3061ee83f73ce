// The door of mcpgen, made of door/*.ts by tools/bundle.mjs: do not edit.
import { readFileSync, readdirSync } from "node:fs";
import { Agent, createServer, request } from "node:http";
import { createCipheriv, createDecipheriv, createHash, hkdfSync, randomBytes } from "node:crypto";
import { setImmediate as setImmediate$1, setTimeout as setTimeout$1 } from "node:timers/promises";
import { pipeline } from "node:stream/promises";
import { lookup } from "node:dns/promises";
import { join } from "node:path";
import { deflateRawSync, inflateRawSync } from "node:zlib";
// relay/messages.ts
const ownPrefix = "\"mcpgen-";
/** JSON text of the id of a request that the relay makes itself; none of the gateway's is like it. */
function ownId(name) {
	return `${ownPrefix}${name}"`;
}
ownId("ping");
function isObject$1(value) {
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
		if (value !== void 0 && !isObject$1(value)) throw new ConfigError(`${path} must be an object`);
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
			if (request.url === "/drained" && door.departure.hasBegun) return;
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
	if (path === "/healthz" || path === "/drained") return [200, "ok\n"];
	if (path === "/readyz") return door.departure.ending.aborted ? [503, "ending\n"] : [200, "ok\n"];
	return path === "/metrics" ? [200, door.metricsText()] : [404, "not found\n"];
}
"0".repeat(64);
// relay/config.ts
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
// door/issuer-config.ts
/** Signatures by a key that only the issuer has. */
const safe = [
	"RS256",
	"RS384",
	"RS512",
	"PS256",
	"PS384",
	"PS512",
	"ES256",
	"ES384",
	"ES512",
	"EdDSA",
	"Ed25519"
];
const usual = [
	"RS256",
	"PS256",
	"ES256",
	"EdDSA",
	"Ed25519"
];
function readIssuer(value, at, environment) {
	const reader = new Reader(value, at);
	const url = reader.text("url") ?? "";
	if (!isHttp(url)) throw new ConfigError(`${at}.url must be an http or https URL`);
	const algorithms = reader.texts("algorithms") ?? usual;
	const unsafe = algorithms.find((one) => !safe.includes(one));
	if (unsafe !== void 0) throw new ConfigError(`${at}.algorithms: ${unsafe} is not one of ${safe.join(", ")}`);
	const jwksUrl = reader.text("jwksUrl");
	if (jwksUrl !== void 0 && !isHttp(jwksUrl)) throw new ConfigError(`${at}.jwksUrl must be an http or https URL`);
	return {
		url,
		jwksUrl: jwksUrl === void 0 ? void 0 : new URL(jwksUrl),
		algorithms,
		userClaim: reader.text("userClaim") ?? "sub",
		groupsClaim: reader.text("groupsClaim") ?? "groups",
		prefix: reader.text("prefix") ?? "",
		introspection: readIntrospection(reader.object("introspection"), at, environment)
	};
}
function readIntrospection(reader, at, environment) {
	if (reader.names().length === 0) return void 0;
	const url = reader.text("url") ?? "";
	if (!isHttp(url)) throw new ConfigError(`${at}.introspection.url must be an http or https URL`);
	const variable = reader.text("secretVariable") ?? "";
	const clientSecret = environment[variable]?.trim();
	if (!clientSecret) throw new ConfigError(`${at}.introspection: the environment variable ${variable} is not set`);
	return {
		url: new URL(url),
		clientId: reader.text("clientId") ?? "",
		clientSecret
	};
}
/** Users and groups of different issuers are distinct only if the issuers' prefixes are. */
function checkPrefixes(issuers) {
	if (new Set(issuers.map(({ prefix }) => prefix)).size < issuers.length) throw new ConfigError("issuers: each of several issuers needs its own prefix, so that their users and groups cannot share a name");
}
function isHttp(text) {
	return URL.canParse(text) && /^https?:$/.test(new URL(text).protocol);
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
/** It may belong to any server, so the caller must be allowed to use all of them. */
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
	const root = readRoot(text);
	const logLevel = root.text("logLevel") ?? "info";
	if (!isLevel(logLevel)) throw new ConfigError(`logLevel ${logLevel} is invalid: use debug, info, warn or error`);
	const gatewayToken = environment["MCP_GATEWAY_AUTH_TOKEN"]?.trim();
	if (!gatewayToken) throw new ConfigError("the environment variable MCP_GATEWAY_AUTH_TOKEN is not set");
	const gateway = optionalUrl(root, "gateway");
	if (!gateway) throw new ConfigError("configuration.gateway is missing");
	const issuers = readList(root.value("issuers"), "issuers").map((one, index) => readIssuer(one, `issuers[${index}]`, environment));
	checkPrefixes(issuers);
	const peers = root.object("peers");
	const hosts = peers.texts("hosts") ?? [];
	const resource = optionalUrl(root, "resource")?.href ?? "";
	if (issuers.length > 0 && resource === "") throw new ConfigError("resource is missing: issuers need the URL of the endpoint");
	return {
		listen: readListen(required(root, "listen"), "listen"),
		admin: readListen(required(root, "admin"), "admin"),
		gateway,
		gatewayToken,
		path: root.text("path") ?? "/mcp",
		pod: environment["POD_IP"] ?? "127.0.0.1",
		peers: hosts.length === 0 ? void 0 : {
			hosts,
			port: peers.number("port", 0)
		},
		admission: {
			hosts: (root.texts("hosts") ?? []).map((host) => host.toLowerCase()),
			origins: root.texts("origins") ?? []
		},
		keys: root.text("keys"),
		resource,
		issuers,
		scopes: root.texts("scopes") ?? [],
		relay: optionalUrl(root, "relay"),
		tools: readTools(root.object("tools")),
		rules: readList(root.value("rules"), "rules").map((rule, index) => readRule(rule, `rules[${index}]`)),
		stateful: root.texts("stateful") ?? [],
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
// door/metadata.ts
const wellKnown = "/.well-known/oauth-protected-resource";
/** The paths that the metadata are served at. */
function metadataPaths(path) {
	return [wellKnown, wellKnown + path];
}
/** The URL of the metadata, which RFC 9728 makes of the resource's. */
function metadataUrl(resource) {
	const { origin, pathname } = new URL(resource);
	return origin + wellKnown + (pathname === "/" ? "" : pathname);
}
function metadataText({ resource, issuers, scopes }) {
	return JSON.stringify({
		resource,
		authorization_servers: issuers.map(({ url }) => url),
		...scopes.length > 0 && { scopes_supported: scopes },
		bearer_methods_supported: ["header"],
		resource_name: "MCP gateway"
	});
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
	Limit: -32012,
	/** Of protocol 2026-07-28. */
	HeaderMismatch: -32020,
	UnsupportedVersion: -32022
};
var Refusal = class {
	status;
	code;
	message;
	headers;
	/** JSON text of the request's id, where it is known. */
	id;
	data;
	constructor(status, code, message, headers = {}, { id = "null", data } = {}) {
		this.status = status;
		this.code = code;
		this.message = message;
		this.headers = headers;
		this.id = id;
		this.data = data;
	}
};
/** `id` is JSON text. */
function errorText(id, { code, message, data }) {
	return `{"jsonrpc":"2.0","id":${id},"error":${JSON.stringify({
		code,
		message,
		data
	})}}`;
}
/** Answers a request that was not read to its end, so that the connection cannot be used again. */
function refuse(response, refusal) {
	if (response.headersSent) {
		response.destroy();
		return;
	}
	if (!response.req.complete) response.setHeader("connection", "close");
	const text = errorText(refusal.id, refusal);
	response.writeHead(refusal.status, {
		"content-type": "application/json",
		...refusal.headers
	}).end(text);
}
// door/authenticator.ts
const maxToken = 8192;
var Authenticator = class {
	#keys;
	#tokens;
	#scopes;
	/** Where clients learn how to log in. */
	#hints;
	constructor(keys, tokens, { resource, scopes }) {
		this.#keys = keys;
		this.#tokens = tokens;
		this.#scopes = scopes;
		const scope = scopes.length > 0 ? [`scope="${scopes.join(" ")}"`] : [];
		this.#hints = tokens && resource !== "" ? [`resource_metadata="${metadataUrl(resource)}"`, ...scope] : [];
	}
	async authenticate(request) {
		const token = bearerToken(request);
		if (token === void 0) return this.#challenge(401, "send a key or a token: Authorization: Bearer …");
		const key = this.#keys.find(token);
		if (key) return key;
		const verdict = await this.#tokens?.verify(token) ?? "invalid";
		if (verdict === "down") return new Refusal(503, ErrorCode.Unauthorized, "the token issuer is unreachable: try again later", { "retry-after": "10" });
		if (verdict === "invalid") return this.#challenge(401, "the key or token is invalid or expired", "invalid_token");
		const missing = this.#scopes.filter((scope) => !verdict.scopes.includes(scope));
		if (missing.length === 0) return verdict.caller;
		return this.#challenge(403, `the token lacks the scope ${missing.join(" ")}`, "insufficient_scope");
	}
	#challenge(status, message, error) {
		const parts = [
			"realm=\"mcpgen\"",
			...error === void 0 ? [] : [`error="${error}"`, `error_description="${message}"`],
			...this.#hints
		];
		return new Refusal(status, ErrorCode.Unauthorized, message, { "www-authenticate": `Bearer ${parts.join(", ")}` });
	}
};
/** The one token of the request; undefined if there is none, or several. */
function bearerToken(request) {
	const headers = request.headersDistinct["authorization"] ?? [];
	const [, token] = /^Bearer ([\w.~+/-]+=*)$/i.exec(headers[0] ?? "") ?? [];
	return headers.length === 1 && token !== void 0 && token.length <= maxToken ? token : void 0;
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
/** What its client reads. */
function unavailable({ lost }) {
	return `the gateway is not available: ${lost}; try again later`;
}
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
/** Requests that are safe to repeat. */
const repeatable = /^(ping|server\/discover|(tools|prompts|resources|resources\/templates)\/list|prompts\/get|resources\/read|completion\/complete|logging\/setLevel)$/;
function isRepeatable(method) {
	return repeatable.test(method);
}
const lostText = "the gateway was lost during this call, which may or may not have taken effect; call again if repeating it is safe";
/** Sends a request and returns its answer; `shape` may replace the last message. `stateful`: servers that it uses, which keep state. */
async function exchange(context, session, message, answer, shape, stateful = []) {
	const deadline = Date.now() + context.waitMs;
	let mayRepeat = isRepeatable(message.method);
	for (;;) {
		const attached = await session.attach(deadline);
		if (answer.isOver) return "disconnected";
		if (isLost(attached)) {
			answer.error(ErrorCode.Lost, unavailable(attached));
			return "unavailable";
		}
		const forgetful = stateful.filter((server) => session.hasLostState(server));
		if (forgetful.length > 0) {
			const text = `the gateway was restarted, and the state that ${forgetful.join(", ")} kept for this session may be lost; call again to continue without it`;
			answer.error(ErrorCode.Lost, text);
			return "lost";
		}
		const { outcome, mayBeDone } = await attempt(context, attached, message, answer, shape);
		if (outcome !== "lost") return outcome;
		session.detach(attached);
		if (mayBeDone && !mayRepeat || Date.now() > deadline) {
			answer.error(ErrorCode.Lost, lostText);
			return "lost";
		}
		if (mayBeDone) mayRepeat = false;
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
/** Passes on the messages of the gateway's answer; `lost`: it ended before the last one, which the caller reports. */
async function pass({ maxAnswer }, reply, answer, shape) {
	if (reply.statusCode !== 200) {
		const text = (await readText(reply)).trim().slice(0, 500);
		answer.error(ErrorCode.InvalidRequest, `the gateway answered with status ${reply.statusCode}: ${text}`);
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
	answer.error(ErrorCode.Limit, `the answer is longer than ${maxAnswer >> 20} MiB: ask for less data, or raise door.limits.answerMiB`);
	return "error";
}
function isFailure(value) {
	const { result } = value;
	return "error" in value || isObject$1(result) && result["isError"] === true;
}
function parse(text) {
	try {
		const value = JSON.parse(text);
		return isObject$1(value) ? value : void 0;
	} catch {
		return;
	}
}
// door/calls.ts
/** Actions of a caller; lists and pings do not count. */
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
	/** Whether the caller may make another request now; if not, that is the answer. */
	admits(caller, answer) {
		const { limiter, callsPerMinute } = this.#context;
		const seconds = limiter.take(caller.identity);
		if (seconds === void 0) return true;
		const text = `more than ${callsPerMinute} requests in a minute: try again in ${seconds} s, or ask for a higher door.limits.callsPerMinute`;
		answer.error(ErrorCode.Limit, text);
		return false;
	}
	async #do(session, caller, message, answer) {
		const { policy } = this.#context;
		if (!this.admits(caller, answer)) return {
			named: void 0,
			ending: "limited"
		};
		const { named, error } = await policy.judge(caller, message);
		if (error) {
			answer.error(error.code, error.message);
			return {
				named,
				ending: "denied"
			};
		}
		const shape = (text, value) => policy.shown(caller, message, text, value);
		const stateful = (named?.servers ?? []).filter((server) => this.#context.stateful.includes(server));
		return {
			named,
			ending: await exchange(this.#context, session, message, answer, shape, stateful)
		};
	}
	/** By group, because there are too many users for labels; a caller with several groups counts for the first. */
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
// door/departure.ts
/** Time after which no client is sent here any more, once the pod is about to stop. */
const leadMs = 2e3;
/** Minimum share of the time that calls get. */
const callsShare = .25;
/** Proxies may send clients here for longer: the pod stops once none has come for this long. */
const quietMs = 2e3;
const lookMs$1 = 100;
var Departure = class {
	#http;
	#open = /* @__PURE__ */ new Set();
	#ending = new AbortController();
	#hasBegun = false;
	#lastUsed = 0;
	constructor(http) {
		this.#http = http;
	}
	/** It still serves, but another pod may take over soon. */
	get hasBegun() {
		return this.#hasBegun;
	}
	/** Aborts when clients must go elsewhere. */
	get ending() {
		return this.#ending.signal;
	}
	/** Tracks an open answer: one that begins after shutdown has begun is the last of its connection. */
	watch(response) {
		this.#lastUsed = Date.now();
		if (this.ending.aborted) response.shouldKeepAlive = false;
		this.#open.add(response);
		response.once("close", () => this.#open.delete(response));
	}
	/** Shuts down within `ms`, after `lead`; `takeOver` settles when another pod serves, or at its deadline. */
	async go(ms, takeOver, lead = leadMs) {
		this.#hasBegun = true;
		const end = Date.now() + lead + ms;
		await setTimeout$1(lead);
		await takeOver(end - ms * callsShare);
		this.#ending.abort();
		for (const response of this.#open) response.shouldKeepAlive = false;
		this.#lastUsed = Date.now();
		await this.#quiet(end, Math.min(quietMs, ms / 4));
		this.#http.close();
		this.#http.closeIdleConnections();
	}
	/** Waits until no answer is out, and nobody has come for `ms`. */
	async #quiet(end, ms) {
		const isQuiet = () => this.#open.size === 0 && Date.now() - this.#lastUsed >= ms;
		while (!isQuiet() && Date.now() < end) await setTimeout$1(lookMs$1);
	}
};
// door/answer.ts
/** Proxies consider a connection dead after a minute of silence. */
const keepAliveMs$1 = 15e3;
var Answer = class {
	id;
	#response;
	#headers;
	#keepAlive;
	#isStream = false;
	/** `headers` are sent with every answer. */
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
// door/body.ts
async function readBody(request, maxLength) {
	const type = request.headers["content-type"] ?? "";
	if (!/^application\/json\s*(;|$)/i.test(type)) return new Refusal(415, ErrorCode.InvalidRequest, "Content-Type must be application/json");
	if (request.headers["content-encoding"] !== void 0) return new Refusal(415, ErrorCode.InvalidRequest, "compressed bodies are not supported");
	const tooLong = new Refusal(413, ErrorCode.Limit, `the body is longer than ${maxLength >> 10} KiB: send less, or raise door.limits.bodyKiB`);
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
		return new Refusal(400, ErrorCode.InvalidRequest, "the body is incomplete");
	}
	return Buffer.concat(chunks);
}
// door/peers.ts
/** Marks a request that a door has passed on: the next one serves it itself. */
const hopHeader = "mcpgen-door-hop";
const freshMs$1 = 1e3;
const lookMs = 250;
const deadMs = 5e3;
const connectTimeoutMs = 1500;
const dropped = [
	"connection",
	"keep-alive",
	"transfer-encoding",
	"content-length",
	"expect",
	"upgrade"
];
var Peers = class {
	#config;
	#own;
	#agent = new Agent({
		keepAlive: true,
		maxFreeSockets: 64
	});
	#living = [];
	#askedAt = -Infinity;
	/** Pods that did not answer, and since when. */
	#dead = /* @__PURE__ */ new Map();
	constructor(config, own) {
		this.#config = config;
		this.#own = own;
	}
	/**
	* The pod that a session is in: where it was begun, or if that is gone, the one of the others that all doors agree on. undefined:
	* this one.
	*/
	async of(id, begunIn) {
		if (!this.#config || begunIn === this.#own) return void 0;
		const pods = (await this.#pods(this.#config.hosts)).filter((pod) => !this.#isDead(pod));
		const all = [.../* @__PURE__ */ new Set([...pods, this.#own])];
		const found = all.includes(begunIn) ? begunIn : all.toSorted((a, b) => weight(id, a) < weight(id, b) ? -1 : 1)[0];
		return found === this.#own ? void 0 : found;
	}
	/** Settles when another pod is ready, at the latest at `deadline`. */
	async takeOver(deadline) {
		const { hosts = [] } = this.#config ?? {};
		while (hosts.length > 0 && Date.now() < deadline) {
			if ((await this.#pods(hosts)).some((pod) => pod !== this.#own && !this.#isDead(pod))) return;
			await setTimeout$1(lookMs);
		}
	}
	/** Passes a request on, and gives the answer to it. */
	async send(pod, incoming, body, signal) {
		const entries = Object.entries(incoming.headers).filter(([name]) => !dropped.includes(name));
		const headers = {
			...Object.fromEntries(entries),
			...body && { "content-length": body.length },
			[hopHeader]: "1"
		};
		const { port = 0 } = this.#config ?? {};
		const options = {
			host: pod,
			port,
			method: incoming.method,
			path: incoming.url,
			headers,
			agent: this.#agent,
			signal
		};
		await setImmediate$1();
		return new Promise((resolve) => {
			let wasSent = false;
			const outgoing = request(options, resolve);
			const timer = setTimeout(() => !wasSent && outgoing.destroy(/* @__PURE__ */ new Error("no connection")), connectTimeoutMs);
			outgoing.on("close", () => clearTimeout(timer));
			outgoing.on("socket", (socket) => {
				if (!socket.connecting) wasSent = true;
				else socket.once("connect", () => wasSent = true);
			});
			outgoing.on("error", (error) => {
				if (!signal.aborted) this.#dead.set(pod, performance.now());
				resolve({
					lost: error.code ?? error.message,
					wasSent
				});
			});
			outgoing.end(body);
		});
	}
	close() {
		this.#agent.destroy();
	}
	async #pods(hosts) {
		if (performance.now() - this.#askedAt < freshMs$1) return this.#living;
		this.#askedAt = performance.now();
		try {
			const found = await Promise.all(hosts.map((host) => lookup(host, { all: true })));
			this.#living = found.flat().map(({ address }) => address);
		} catch {}
		return this.#living;
	}
	#isDead(pod) {
		const since = this.#dead.get(pod);
		if (since === void 0) return false;
		const isDead = performance.now() - since < deadMs;
		if (!isDead) this.#dead.delete(pod);
		return isDead;
	}
};
function weight(id, pod) {
	return createHash("sha256").update(`${pod}\n${id}`).digest("hex");
}
// door/elsewhere.ts
/** false: the session is here. */
async function serveElsewhere({ peers, request, response, id, facts, message }) {
	if (request.headers["mcpgen-door-hop"] !== void 0) return false;
	const abort = new AbortController();
	response.once("close", () => abort.abort());
	for (;;) {
		const pod = await peers.of(id, facts.pod);
		if (pod === void 0) return false;
		const reply = await peers.send(pod, request, message?.bytes, abort.signal);
		if (abort.signal.aborted) return true;
		if (!isLost(reply)) {
			const { connection: _, "keep-alive": __, ...headers } = reply.headers;
			response.writeHead(reply.statusCode ?? 502, headers);
			await pipeline(reply, response).catch(() => response.destroy());
			return true;
		}
		if (reply.wasSent && message?.kind === "request" && !isRepeatable(message.method)) {
			response.writeHead(200, { "content-type": "application/json" });
			response.end(errorText(message.id, {
				code: ErrorCode.Lost,
				message: lostText
			}));
			return true;
		}
	}
}
// door/message.ts
const maxId = 256;
/** Fields that the gateway reads. Go reads `Name` as `name`, so a field that differs only in case is refused: it could carry another value. */
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
	if (Array.isArray(value)) return invalid$1("batches are not supported: send one message per request");
	if (!isObject$1(value) || value["jsonrpc"] !== "2.0") return invalid$1("the body is not a JSON-RPC 2.0 message");
	const params = value["params"] ?? {};
	if (!isObject$1(params)) return invalid$1("params must be an object");
	const misspelled = [
		value,
		params,
		params["ref"]
	].flatMap(lookalikes)[0];
	if (misspelled !== void 0) return invalid$1(`field ${JSON.stringify(misspelled)} differs from a known field only in case`);
	const { method } = value;
	if (method !== void 0 && (typeof method !== "string" || !/^[\w/-]{1,100}$/.test(method))) return invalid$1("method must be a string of at most 100 letters, digits, slashes and hyphens");
	if (method === void 0 && !("result" in value) && !("error" in value)) return invalid$1("method is missing");
	const id = "id" in value ? readId(value["id"]) : "null";
	if (id === void 0) return invalid$1(`id must be an integer, or a string of at most ${maxId} characters`);
	return {
		kind: method === void 0 ? "response" : "id" in value ? "request" : "notification",
		id,
		method: method ?? "",
		params,
		bytes
	};
}
/** The text of a parameter; undefined if it is missing, or readers could disagree on it. */
function textOf(value) {
	return typeof value === "string" && value.length <= 2048 && !/\p{Surrogate}/u.test(value) ? value : void 0;
}
function readId(id) {
	return Number.isSafeInteger(id) || typeof id === "string" && id.length <= maxId ? JSON.stringify(id) : void 0;
}
function lookalikes(value) {
	if (!isObject$1(value)) return [];
	return Object.keys(value).filter((key) => !fields$1.includes(key) && folded.has(fold(key)));
}
function invalid$1(message) {
	return new Refusal(400, ErrorCode.InvalidRequest, message);
}
// door/modern.ts
const modernVersion = "2026-07-28";
const metaPrefix = "io.modelcontextprotocol/";
/** Methods of that protocol, and the parameter that the header Mcp-Name repeats. */
const methods = {
	"server/discover": void 0,
	"tools/list": void 0,
	"tools/call": "name",
	"prompts/list": void 0,
	"prompts/get": "name",
	"resources/list": void 0,
	"resources/templates/list": void 0,
	"resources/read": "uri",
	"completion/complete": void 0,
	"subscriptions/listen": void 0
};
/** What a request of this protocol says of itself; undefined: it is not one. */
function readModern(headers, message) {
	const meta = message.params["_meta"];
	const claimed = isObject$1(meta) ? meta[`${metaPrefix}protocolVersion`] : void 0;
	const version = header(headers, "mcp-protocol-version");
	if (claimed === void 0 && version !== "2026-07-28") return void 0;
	if (message.kind !== "request") return {};
	const refuse = refuser(message.id);
	if (!isObject$1(meta) || claimed === void 0) return refuse(400, ErrorCode.InvalidParams, `_meta has no ${metaPrefix}protocolVersion`);
	if (typeof claimed !== "string" || !isObject$1(meta[`io.modelcontextprotocol/clientCapabilities`])) return refuse(400, ErrorCode.InvalidParams, `_meta has no ${metaPrefix}clientCapabilities, which must be an object`);
	const mismatch = mismatchOf(headers, message, claimed);
	if (mismatch !== void 0) return refuse(400, ErrorCode.HeaderMismatch, mismatch);
	if (claimed !== "2026-07-28") {
		const data = {
			supported: [modernVersion],
			requested: claimed
		};
		return refuse(400, ErrorCode.UnsupportedVersion, `protocol version ${claimed} is not supported here`, data);
	}
	if (!Object.hasOwn(methods, message.method)) return refuse(404, ErrorCode.MethodNotFound, `protocol ${modernVersion} has no method ${message.method}`);
	return meta;
}
/** Proxies on the way act on headers, so they must match the body. */
function mismatchOf(headers, { method, params }, claimed) {
	const field = Object.hasOwn(methods, method) ? methods[method] : void 0;
	const name = field === void 0 ? void 0 : params[field];
	const wrong = [
		["mcp-protocol-version", claimed],
		["mcp-method", method],
		...typeof name === "string" ? [["mcp-name", name]] : []
	].find(([key, value]) => header(headers, key) !== value);
	return wrong && `the header ${wrong[0]} is missing, or differs from the body`;
}
/** The header's text; values that a header cannot hold are base64 there. */
function header(headers, name) {
	const text = headers[name]?.toString().trim();
	const [, encoded] = /^=\?base64\?([A-Za-z0-9+/]*=*)\?=$/.exec(text ?? "") ?? [];
	return encoded === void 0 ? text : Buffer.from(encoded, "base64").toString();
}
function refuser(id) {
	return (status, code, message, data) => new Refusal(status, code, message, {}, {
		id,
		data
	});
}
// door/modern-answer.ts
/** Clients may cache these answers: this one only until the next request. */
const cacheable = /^(server\/discover|(tools|prompts|resources|resources\/templates)\/list|resources\/read)$/;
/** The error of earlier protocols for a resource that does not exist. */
const noResource = -32002;
var ModernAnswer = class extends Answer {
	#message;
	/** Distinguishes the request from others of its gateway session. */
	number;
	constructor(response, message, number) {
		super(response, message.id);
		this.#message = message;
		this.number = number;
	}
	/** The request as the gateway knows it. */
	get sent() {
		const { method, params } = this.#message;
		const entries = Object.entries(this.#meta).filter(([key]) => !key.startsWith(metaPrefix));
		const meta = Object.fromEntries(entries.map(([key, value]) => [key, key === "progressToken" ? this.number : value]));
		const body = {
			jsonrpc: "2.0",
			id: this.number,
			method,
			params: {
				...params,
				_meta: meta
			}
		};
		return Buffer.from(JSON.stringify(body));
	}
	/** Only what the client has asked for, as the session is not its own. */
	message(text) {
		const value = JSON.parse(text);
		if (!isObject$1(value) || "id" in value) return;
		const params = isObject$1(value["params"]) ? value["params"] : {};
		if (value["method"] === "notifications/message" && `io.modelcontextprotocol/logLevel` in this.#meta) super.message(text);
		if (value["method"] !== "notifications/progress" || params["progressToken"] !== this.number) return;
		const { progressToken } = this.#meta;
		super.message(JSON.stringify({
			...value,
			params: {
				...params,
				progressToken
			}
		}));
	}
	finish(text) {
		const { result, error } = JSON.parse(text);
		const outcome = error ? { error: shownError(error) } : { result: completed(this.#message.method, result ?? {}) };
		super.finish(`{"jsonrpc":"2.0","id":${this.id},${JSON.stringify(outcome).slice(1)}`);
	}
	get #meta() {
		const meta = this.#message.params["_meta"];
		return isObject$1(meta) ? meta : {};
	}
};
function completed(method, result) {
	return {
		...result,
		resultType: "complete",
		...cacheable.test(method) && {
			ttlMs: 0,
			cacheScope: "private"
		}
	};
}
function shownError(error) {
	return error["code"] === noResource ? {
		...error,
		code: ErrorCode.InvalidParams
	} : error;
}
// door/caller.ts
/** Fingerprint of an identity, for places that compare it and need not read it. */
function fingerprint({ identity }) {
	return createHash("sha256").update(identity).digest("base64url").slice(0, 22);
}
// door/pool.ts
/** Requests of a user that run at the same time without waiting for each other in a server. */
const maxPerUser = 4;
/** The gateway's client has no capabilities: a server has nobody to ask. */
const opening = {
	protocolVersion: "2025-06-18",
	capabilities: {},
	clientInfo: {
		name: "mcpgen-door",
		version: "1"
	}
};
var Pool = class {
	#sessions;
	#byUser = /* @__PURE__ */ new Map();
	constructor(sessions) {
		this.#sessions = sessions;
	}
	/** An unused session, or if there may be no more, the least busy one. */
	take(caller) {
		const user = fingerprint(caller);
		const own = (this.#byUser.get(user) ?? []).filter((session) => this.#sessions.has(session));
		const [idlest] = own.toSorted((a, b) => a.open - b.open);
		if (idlest && (idlest.open === 0 || own.length >= maxPerUser)) return idlest;
		const another = this.open(caller);
		if (another instanceof Refusal) return idlest ?? another;
		this.#forget();
		this.#byUser.set(user, [...own, another]);
		return another;
	}
	/** One that is for one request only. */
	open(caller) {
		return this.#sessions.begin(caller, opening);
	}
	/** Users that have not been here for long. */
	#forget() {
		for (const [user, own] of this.#byUser) if (!own.some((session) => this.#sessions.has(session))) this.#byUser.delete(user);
	}
};
// door/stream.ts
const keepAliveMs = 25e3;
const retryMs$1 = 500;
const toolsChanged = "{\"jsonrpc\":\"2.0\",\"method\":\"notifications/tools/list_changed\"}";
const asTheyAre = {
	opening: ": open\n\n",
	pass: (text) => text,
	attached: async () => void 0,
	closing: ""
};
/** Serves the stream until the client leaves or the door stops. */
async function listen(context, session, response, headers, passing = asTheyAre) {
	response.writeHead(200, {
		...streamHeaders,
		...headers
	}).write(passing.opening);
	const write = (text) => {
		const passed = passing.pass(text);
		if (passed !== void 0) response.write(event(passed));
	};
	const abort = new AbortController();
	const stop = () => abort.abort();
	response.once("close", stop);
	if (context.ending.aborted) stop();
	context.ending.addEventListener("abort", stop, { once: true });
	const keepAlive = setInterval(() => response.write(": waiting\n\n"), keepAliveMs);
	let isAgain = false;
	while (!abort.signal.aborted) {
		const attached = await session.attach(Date.now() + 6e4);
		if (abort.signal.aborted) break;
		if (!isLost(attached)) {
			if (isAgain && attached.greeting.includes("\"listChanged\":true")) write(toolsChanged);
			await passing.attached(attached);
			const ending = await follow(context, session, attached, write, abort.signal);
			if (ending === "refused") break;
			isAgain = ending === "lost";
		}
		await setTimeout$1(retryMs$1, void 0, { signal: abort.signal }).catch(() => void 0);
	}
	clearInterval(keepAlive);
	context.ending.removeEventListener("abort", stop);
	response.end(passing.closing);
}
/** `lost`: the gateway's session is gone. `busy`: it still has an earlier stream. `refused`: it offers no stream. */
async function follow({ gateway, maxAnswer }, session, attached, write, signal) {
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
		message: write,
		drained: () => void 0
	});
	if (signal.aborted || ending === "ended") return "busy";
	session.detach(attached);
	return "lost";
}
/** A stream ends with the token: the client comes back with another one. */
function endWithToken(response, { expires = Infinity }) {
	const timer = setTimeout(() => response.end(), Math.min(expires - Date.now(), 2 ** 31 - 1));
	response.once("close", () => clearTimeout(timer));
}
// door/subscription.ts
const lists$1 = [
	"tools",
	"prompts",
	"resources"
];
const maxResources = 100;
/** Serves the request until its client leaves or the door stops; `session` serves only this request. */
async function subscribe(parts, session, { response, caller, headers }, message) {
	const end = async (refusal) => {
		await parts.sessions.end(session);
		return refusal;
	};
	const filter = message.params["notifications"];
	const refuse = (status, code, text) => end(new Refusal(status, code, text, {}, { id: message.id }));
	if (!isObject$1(filter)) return refuse(400, ErrorCode.InvalidParams, "params.notifications must be an object");
	const attached = await session.attach(Date.now() + parts.waitMs);
	if (isLost(attached)) return refuse(503, ErrorCode.Lost, unavailable(attached));
	const wanted = honored(filter, attached);
	for (const uri of wanted.resources) {
		const { error } = await parts.policy.judge(caller, {
			...message,
			method: "resources/subscribe",
			params: { uri }
		});
		if (error) return refuse(200, error.code, error.message);
	}
	endWithToken(response, caller);
	await session.use(() => listen(parts, session, response, headers, passingOf(parts.gateway, message.id, wanted)));
	return end();
}
/** The part of its requests that the gateway can fulfil. */
function honored(filter, { greeting }) {
	const { capabilities } = JSON.parse(greeting);
	const uris = filter["resourceSubscriptions"];
	const texts = Array.isArray(uris) ? uris.map(textOf).filter((uri) => uri !== void 0) : [];
	return {
		lists: lists$1.filter((kind) => filter[`${kind}ListChanged`] === true && capabilities?.[kind]?.["listChanged"] === true),
		resources: capabilities?.["resources"]?.["subscribe"] === true ? texts.slice(0, maxResources) : []
	};
}
function passingOf(gateway, id, wanted) {
	const meta = { [`${metaPrefix}subscriptionId`]: JSON.parse(id) };
	const told = (method, params) => JSON.stringify({
		jsonrpc: "2.0",
		method,
		params: {
			...params,
			_meta: meta
		}
	});
	const notifications = {
		...Object.fromEntries(wanted.lists.map((kind) => [`${kind}ListChanged`, true])),
		...wanted.resources.length > 0 && { resourceSubscriptions: wanted.resources }
	};
	const methods = wanted.lists.map((kind) => `notifications/${kind}/list_changed`);
	return {
		opening: event(told("notifications/subscriptions/acknowledged", { notifications })),
		pass(text) {
			const { method, params } = JSON.parse(text);
			const isOfResource = method === "notifications/resources/updated" && wanted.resources.includes(String(params?.["uri"]));
			return method !== void 0 && (isOfResource || methods.includes(method)) ? told(method, params ?? {}) : void 0;
		},
		async attached({ id: session, version }) {
			for (const [index, uri] of wanted.resources.entries()) {
				const body = JSON.stringify({
					jsonrpc: "2.0",
					id: index,
					method: "resources/subscribe",
					params: { uri }
				});
				const reply = await gateway.send({
					method: "POST",
					session,
					version,
					body
				});
				if (!isLost(reply)) await readText(reply);
			}
		},
		closing: event(`{"jsonrpc":"2.0","id":${id},"result":${JSON.stringify({
			resultType: "complete",
			_meta: meta
		})}}`)
	};
}
// door/stateless.ts
const offered = [
	"tools",
	"prompts",
	"resources",
	"completions",
	"logging"
];
var Stateless = class {
	#parts;
	#pool;
	#count = 0;
	constructor(parts) {
		this.#parts = parts;
		this.#pool = new Pool(parts.sessions);
	}
	async serve(visit, message) {
		if (message.kind !== "request") {
			visit.response.writeHead(202).end();
			return;
		}
		const isListen = message.method === "subscriptions/listen";
		const session = isListen ? this.#pool.open(visit.caller) : this.#pool.take(visit.caller);
		if (session instanceof Refusal) return session;
		if (isListen) return subscribe(this.#parts, session, visit, message);
		const answer = new ModernAnswer(visit.response, message, ++this.#count);
		await session.use(() => message.method === "server/discover" ? this.#discover(session, visit, answer) : this.#call(session, visit, {
			...message,
			bytes: answer.sent
		}, answer));
	}
	async #call(session, { caller }, message, answer) {
		const stop = answer.onClose(() => void this.#cancel(session, answer.number));
		await this.#parts.calls.serve(session, caller, message, answer);
		stop();
	}
	/** The client has closed the stream: that is how it cancels. */
	async #cancel(session, requestId) {
		const attached = await session.attach(Date.now());
		if (isLost(attached)) return;
		const { id, version } = attached;
		const body = JSON.stringify({
			jsonrpc: "2.0",
			method: "notifications/cancelled",
			params: { requestId }
		});
		const reply = await this.#parts.gateway.send({
			method: "POST",
			session: id,
			version,
			body
		});
		if (!isLost(reply)) reply.resume();
	}
	async #discover(session, { caller }, answer) {
		if (!this.#parts.calls.admits(caller, answer)) return;
		const attached = await session.attach(Date.now() + this.#parts.waitMs);
		if (isLost(attached)) {
			answer.error(ErrorCode.Lost, unavailable(attached));
			return;
		}
		const { capabilities, serverInfo, instructions } = JSON.parse(attached.greeting);
		const known = Object.entries(isObject$1(capabilities) ? capabilities : {}).filter(([key]) => offered.includes(key));
		const result = {
			supportedVersions: [modernVersion],
			capabilities: Object.fromEntries(known),
			...typeof instructions === "string" && { instructions },
			_meta: { [`${metaPrefix}serverInfo`]: serverInfo }
		};
		answer.finish(JSON.stringify({ result }));
	}
};
// door/endpoint.ts
var Endpoint = class {
	#parts;
	#stateless;
	constructor(parts) {
		this.#parts = parts;
		this.#stateless = new Stateless(parts);
	}
	async serve(visit) {
		const { request, response } = visit;
		if (request.method === "POST") return this.#post(visit);
		if (request.method !== "GET" && request.method !== "DELETE") return new Refusal(405, ErrorCode.InvalidRequest, "use POST, GET or DELETE", { allow: "GET, POST, DELETE" });
		if (await this.#isElsewhere(visit)) return void 0;
		const session = this.#find(visit);
		if (session instanceof Refusal) return session;
		if (request.method === "GET") return this.#listen(session, visit);
		await this.#parts.sessions.end(session);
		response.writeHead(204).end();
	}
	/** Whether the door of another pod has the session, and has served the request. */
	async #isElsewhere({ request, response, caller }, message) {
		const { sessions, peers } = this.#parts;
		const id = request.headers["mcp-session-id"];
		const facts = typeof id === "string" ? sessions.facts(id, caller) : void 0;
		return facts ? serveElsewhere({
			peers,
			request,
			response,
			id: String(id),
			facts,
			message
		}) : false;
	}
	#find({ request, caller }) {
		const id = request.headers["mcp-session-id"];
		if (typeof id !== "string") return new Refusal(400, ErrorCode.InvalidRequest, "the header Mcp-Session-Id is missing: send initialize first");
		return this.#parts.sessions.find(id, caller);
	}
	async #listen(session, { response, headers, caller }) {
		endWithToken(response, caller);
		await session.use(() => listen(this.#parts, session, response, headers));
	}
	async #post(visit) {
		const { request, response, caller } = visit;
		const body = await readBody(request, this.#parts.maxBody);
		if (body instanceof Refusal) return body;
		const message = readMessage(body);
		if (message instanceof Refusal) return message;
		const modern = readModern(request.headers, message);
		if (modern instanceof Refusal) return modern;
		if (modern) return this.#stateless.serve(visit, message);
		if (message.kind === "request" && message.method === "initialize") return this.#begin(message, visit);
		if (await this.#isElsewhere(visit, message)) return void 0;
		const session = this.#find(visit);
		if (session instanceof Refusal) return session;
		if (message.kind !== "request") return this.#notify(session, message, response);
		await session.use(() => this.#parts.calls.serve(session, caller, message, new Answer(response, message.id)));
	}
	async #begin(message, { response, caller }) {
		const { sessions, waitMs } = this.#parts;
		const session = sessions.begin(caller, message.params);
		if (session instanceof Refusal) return session;
		const answer = new Answer(response, message.id, { "mcp-session-id": session.id });
		const attached = await session.use(() => session.attach(Date.now() + waitMs));
		if (isLost(attached)) {
			sessions.drop(session);
			return new Refusal(503, ErrorCode.Lost, unavailable(attached), { "retry-after": "5" });
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
				const reply = await this.#parts.gateway.send({
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
	if (!hosts.includes("*") && !hosts.includes(host)) return new Refusal(403, ErrorCode.InvalidRequest, "this host name is not allowed: add it to door.hosts");
	const query = new URLSearchParams((request.url ?? "").split("?")[1] ?? "");
	if ([
		"access_token",
		"token",
		"key",
		"api_key"
	].some((name) => query.has(name))) return new Refusal(400, ErrorCode.InvalidRequest, "send the token in the Authorization header, because URLs end up in logs");
	const { origin } = request.headers;
	if (origin === void 0) return {};
	if (!origins.includes(origin)) return new Refusal(403, ErrorCode.InvalidRequest, "this origin is not allowed: add it to door.origins");
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
// door/entrance.ts
var Entrance = class {
	#config;
	#authenticator;
	#endpoint;
	#metrics;
	#log;
	constructor(config, authenticator, endpoint, metrics, log) {
		this.#config = config;
		this.#authenticator = authenticator;
		this.#endpoint = endpoint;
		this.#metrics = metrics;
		this.#log = log;
	}
	async serve(request, response) {
		request.on("error", () => void 0);
		response.on("error", () => void 0);
		try {
			const refusal = await this.#route(request, response);
			if (!refusal) return;
			this.#metrics.counter("mcpgen_door_refused_total", "Refused requests, by status.", { status: `${refusal.status}` }).add(1);
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
		const [path = ""] = (request.url ?? "").split("?");
		if (request.method === "GET" && this.#isMetadata(path)) {
			response.writeHead(200, { "content-type": "application/json" }).end(metadataText(this.#config));
			return;
		}
		if (path !== this.#config.path && !this.#isMetadata(path)) return new Refusal(404, ErrorCode.InvalidRequest, `not found: the endpoint is ${this.#config.path}`);
		if (request.method === "OPTIONS") {
			response.writeHead(204, preflight(headers)).end();
			return;
		}
		if (path !== this.#config.path) return new Refusal(405, ErrorCode.InvalidRequest, "use GET", { allow: "GET" });
		const caller = await this.#authenticator.authenticate(request);
		return caller instanceof Refusal ? caller : this.#endpoint.serve({
			request,
			response,
			caller,
			headers
		});
	}
	#isMetadata(path) {
		return this.#config.issuers.length > 0 && metadataPaths(this.#config.path).includes(path);
	}
};
// door/keys.ts
/** A Secret has at most 1 MiB. */
const maxLength$3 = 1 << 20;
/** A key that can be remembered can be guessed: generate it with `openssl rand -hex 32`. */
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
		this.#log.info("loaded the keys", { keys: keys.length });
	}
	/** The caller that a key belongs to; undefined: the key is unknown or expired. */
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
			return readdirSync(folder).filter((name) => !name.startsWith(".")).sort().map((name) => [name, readFileSync(join(folder, name), "utf8").slice(0, maxLength$3)]);
		} catch (error) {
			const { code } = error;
			if (code !== "ENOENT") this.#log.error("the keys could not be read", { code });
			return [];
		}
	}
	#read(name, text) {
		try {
			return [readKey(name, text)];
		} catch (error) {
			if (!(error instanceof ConfigError)) throw error;
			this.#log.error(`${error.message}; the key is ignored`);
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
const maxLength$2 = 16 << 20;
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
			if (!response.ok || text.length > maxLength$2) throw new Error(`status ${response.status}`);
			this.#servers = new Map([...readOffers(JSON.parse(text)), ...this.#fixed]);
		} catch (error) {
			this.#log.warn("the relay did not report what its servers offer", { reason: error.message });
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
	if (!isObject$1(value)) return [];
	return Object.entries(value).map(([server, offer]) => {
		const lists = kinds.map((kind) => [kind, isObject$1(offer) ? texts(offer[kind]) : []]);
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
		if (asked === "unknown") return refused(void 0, ErrorCode.MethodNotFound, `method ${method} is not supported`);
		if (asked === void 0) return refused(void 0, ErrorCode.InvalidParams, `${method} names no tool, prompt or resource`);
		const named = {
			...asked,
			servers: await this.#owners.find(asked.kind, asked.name)
		};
		if (this.#allows(caller, named)) return {
			named,
			error: void 0
		};
		const groups = caller.groups.length > 0 ? `in the groups ${caller.groups.join(", ")}` : "in no group";
		const text = `you may not use the ${asked.kind} ${asked.name}. You are ${caller.user}, ${groups}: ask for a rule in door.rules`;
		return refused(named, ErrorCode.Denied, text);
	}
	/** The text of an answer with only those entries of a list that the caller may use. */
	shown(caller, { method }, text, message) {
		const [kind, list, field] = Object.hasOwn(lists, method) && lists[method] || [];
		const { result } = message;
		if (!kind || !list || !field || this.#rules.length === 0 || !isObject$1(result)) return text;
		const entries = result[list];
		if (!Array.isArray(entries)) return text;
		const shown = entries.filter((entry) => {
			const name = isObject$1(entry) ? textOf(entry[field]) : void 0;
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
	if (!isObject$1(ref)) return void 0;
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
const maxLength$1 = 3e3;
const maxPlainLength = 16384;
var Seal = class {
	#key;
	/** `secret`: shared by all doors of the release, and by nothing else. */
	constructor(secret) {
		this.#key = Buffer.from(hkdfSync("sha256", secret, "", "mcpgen-door session id", 32));
	}
	/** A new id each time; undefined if it would be too long. */
	close({ user, pod, begun, params }) {
		const nonce = randomBytes(nonceLength);
		const cipher = createCipheriv("aes-256-gcm", this.#key, nonce);
		const text = JSON.stringify([
			user,
			pod,
			begun,
			params
		]);
		if (Buffer.byteLength(text) > maxPlainLength) return void 0;
		const plain = deflateRawSync(text);
		const id = Buffer.concat([
			Buffer.of(version),
			nonce,
			cipher.update(plain),
			cipher.final(),
			cipher.getAuthTag()
		]).toString("base64url");
		return id.length > maxLength$1 ? void 0 : id;
	}
	/** undefined: it is not an id that a door with this secret made. */
	open(id) {
		if (id.length > maxLength$1 || !/^[\w-]+$/.test(id)) return void 0;
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
/** The parameters of `initialize` that are kept: clients may add others, and an id must stay short. */
function keptParams(params) {
	const { protocolVersion, capabilities, clientInfo } = params;
	if (typeof protocolVersion !== "string" || !isObject$1(clientInfo)) return void 0;
	const short = (value) => typeof value === "string" ? value.slice(0, 100) : "";
	const { name, version: clientVersion } = clientInfo;
	return JSON.stringify({
		protocolVersion: protocolVersion.slice(0, 20),
		capabilities: isObject$1(capabilities) ? capabilities : {},
		clientInfo: {
			name: short(name),
			version: short(clientVersion)
		}
	});
}
// door/session.ts
const retryMs = 250;
const maxGreeting = 1 << 20;
const initialized = "{\"jsonrpc\":\"2.0\",\"method\":\"notifications/initialized\"}";
var Session = class {
	id;
	facts;
	lastUsed = Date.now();
	/** Requests of the client that wait for an answer, and its stream. */
	open = 0;
	/** How often the gateway has lost the session. */
	losses = 0;
	/** Servers that were used, and how often the gateway had lost the session by then. */
	#used = /* @__PURE__ */ new Map();
	#isCarriedOn;
	#gateway;
	#attached;
	#attaching;
	#isOver = false;
	constructor(id, facts, gateway, isCarriedOn = false) {
		this.#isCarriedOn = isCarriedOn;
		this.id = id;
		this.facts = facts;
		this.#gateway = gateway;
	}
	/** The name that the client gives itself. */
	get clientName() {
		const params = parsed(this.facts.params);
		const info = isObject$1(params) ? params["clientInfo"] : void 0;
		return isObject$1(info) && typeof info["name"] === "string" ? info["name"] : "";
	}
	/** Distinguishes it from others, and grants no access. */
	get label() {
		return createHash("sha256").update(this.id).digest("base64url").slice(0, 10);
	}
	/** Runs something in the session, which is not idle until that is done. */
	async use(work) {
		this.open++;
		try {
			return await work();
		} finally {
			this.open--;
			this.lastUsed = Date.now();
		}
	}
	/** The gateway's session, which is opened if there is none; waits for the gateway until `deadline`. */
	async attach(deadline) {
		if (this.#attached) return this.#attached;
		this.#attaching ??= this.#openUntil(deadline).finally(() => this.#attaching = void 0);
		return this.#attaching;
	}
	/** Notes that a server is used; true once after each loss, because the server's state for this session may be gone. */
	hasLostState(server) {
		const before = this.#used.get(server) ?? (this.#isCarriedOn ? -1 : this.losses);
		this.#used.set(server, this.losses);
		return before !== this.losses;
	}
	/** The gateway does not know this session any more. */
	detach({ id }) {
		if (this.#attached?.id !== id) return;
		this.#attached = void 0;
		this.losses++;
	}
	/** Releases the gateway's session. A client that comes back gets another one, unless its own session was closed. */
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
			if (result.wasSent || Date.now() + retryMs > deadline) return result;
			await setTimeout$1(retryMs);
		}
	}
	/** `wasSent` of a loss: retrying is pointless. */
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
				lost: `it answered initialize with status ${reply.statusCode}: ${text}`,
				wasSent: reply.statusCode !== 503
			};
		}
		let answer;
		const ending = await readMessages(reply, maxGreeting, {
			message: (text) => answer ??= parsed(text),
			drained: () => void 0
		});
		const id = reply.headers["mcp-session-id"];
		const result = isObject$1(answer) ? answer["result"] : void 0;
		if (typeof id !== "string" || !isObject$1(result)) return {
			lost: `it refused initialize: ${(isObject$1(answer) && isObject$1(answer["error"]) ? String(answer["error"]["message"]) : "no answer").slice(0, 200)}`,
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
const unknown = new Refusal(404, ErrorCode.NoSession, "unknown session: send initialize to open a new one");
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
		this.#log.info("session resumed", { begunIn: facts.pod });
		return this.#add(new Session(id, facts, this.#gateway, true));
	}
	/** Whether this door still has the session: it may have released it. */
	has({ id }) {
		return this.#byId.has(id);
	}
	/** The facts in the id of a caller's session; undefined: it belongs to another caller. */
	facts(id, caller) {
		const facts = this.#byId.get(id)?.facts ?? this.#seal.open(id);
		return facts?.user === fingerprint(caller) && !this.#ended.has(id) ? facts : void 0;
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
	/** A session that could not be opened. */
	drop(session) {
		this.#byId.delete(session.id);
	}
	/** Releases idle sessions; their ids stay valid. */
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
				const text = `you have ${own.length} sessions with open requests, which is the limit: close one, or ask for a higher door.limits.sessions`;
				return new Refusal(429, ErrorCode.Limit, text, { "retry-after": "10" });
			}
			this.#letGo(idle);
		}
		this.#byId.set(session.id, session);
		return session;
	}
};
// node_modules/jose/dist/webapi/lib/buffer_utils.js
const encoder = new TextEncoder();
const decoder = new TextDecoder();
const strictDecoder = new TextDecoder("utf-8", { fatal: !0 });
function concat(...buffers) {
	const size = buffers.reduce((acc, { length }) => acc + length, 0), buf = new Uint8Array(size);
	let i = 0;
	for (const buffer of buffers) buf.set(buffer, i), i += buffer.length;
	return buf;
}
const NON_ASCII = /[^\x00-\x7f]/;
function encode(string) {
	if (typeof string == "string" && string.length >= 128) {
		if (NON_ASCII.test(string)) throw new TypeError("non-ASCII string encountered in encode()");
		return encoder.encode(string);
	}
	const bytes = new Uint8Array(string.length);
	for (let i = 0; i < string.length; i++) {
		const code = string.charCodeAt(i);
		if (code > 127) throw new TypeError("non-ASCII string encountered in encode()");
		bytes[i] = code;
	}
	return bytes;
}
function decodeBase64(encoded, url = !1) {
	if (Uint8Array.fromBase64) return Uint8Array.fromBase64(encoded, { alphabet: url ? "base64url" : "base64" });
	if (url) {
		if (encoded.includes("+") || encoded.includes("/")) throw new TypeError("Invalid base64url");
		encoded = encoded.replace(/-/g, "+").replace(/_/g, "/");
	}
	const binary = atob(encoded), bytes = new Uint8Array(binary.length);
	for (let i = 0; i < binary.length; i++) bytes[i] = binary.charCodeAt(i);
	return bytes;
}
// node_modules/jose/dist/webapi/util/errors.js
var JOSEError = class extends Error {
	static code = "ERR_JOSE_GENERIC";
	code = "ERR_JOSE_GENERIC";
	constructor(message, options) {
		super(message, options), this.name = this.constructor.name, Error.captureStackTrace?.(this, this.constructor);
	}
};
var JWTClaimValidationFailed = class extends JOSEError {
	static code = "ERR_JWT_CLAIM_VALIDATION_FAILED";
	code = "ERR_JWT_CLAIM_VALIDATION_FAILED";
	claim;
	reason;
	payload;
	constructor(message, payload, claim = "unspecified", reason = "unspecified") {
		super(message, { cause: {
			claim,
			reason,
			payload
		} }), this.claim = claim, this.reason = reason, this.payload = payload;
	}
};
var JWTExpired = class extends JOSEError {
	static code = "ERR_JWT_EXPIRED";
	code = "ERR_JWT_EXPIRED";
	claim;
	reason;
	payload;
	constructor(message, payload, claim = "unspecified", reason = "unspecified") {
		super(message, { cause: {
			claim,
			reason,
			payload
		} }), this.claim = claim, this.reason = reason, this.payload = payload;
	}
};
var JOSEAlgNotAllowed = class extends JOSEError {
	static code = "ERR_JOSE_ALG_NOT_ALLOWED";
	code = "ERR_JOSE_ALG_NOT_ALLOWED";
};
var JOSENotSupported = class extends JOSEError {
	static code = "ERR_JOSE_NOT_SUPPORTED";
	code = "ERR_JOSE_NOT_SUPPORTED";
};
var JWSInvalid = class extends JOSEError {
	static code = "ERR_JWS_INVALID";
	code = "ERR_JWS_INVALID";
};
var JWTInvalid = class extends JOSEError {
	static code = "ERR_JWT_INVALID";
	code = "ERR_JWT_INVALID";
};
var JWKSInvalid = class extends JOSEError {
	static code = "ERR_JWKS_INVALID";
	code = "ERR_JWKS_INVALID";
};
var JWKSNoMatchingKey = class extends JOSEError {
	static code = "ERR_JWKS_NO_MATCHING_KEY";
	code = "ERR_JWKS_NO_MATCHING_KEY";
	constructor(message = "no applicable key found in the JSON Web Key Set", options) {
		super(message, options);
	}
};
var JWKSMultipleMatchingKeys = class extends JOSEError {
	[Symbol.asyncIterator] = async function* () {};
	static code = "ERR_JWKS_MULTIPLE_MATCHING_KEYS";
	code = "ERR_JWKS_MULTIPLE_MATCHING_KEYS";
	constructor(message = "multiple matching keys found in the JSON Web Key Set", options) {
		super(message, options);
	}
};
var JWSSignatureVerificationFailed = class extends JOSEError {
	static code = "ERR_JWS_SIGNATURE_VERIFICATION_FAILED";
	code = "ERR_JWS_SIGNATURE_VERIFICATION_FAILED";
	constructor(message = "signature verification failed", options) {
		super(message, options);
	}
};
// node_modules/jose/dist/webapi/util/base64url.js
const invalid = "The input to be decoded is not correctly encoded.";
function decode(input) {
	try {
		return decodeBase64(typeof input == "string" ? input : decoder.decode(input), !0);
	} catch (cause) {
		throw new TypeError(invalid, { cause });
	}
}
// node_modules/jose/dist/webapi/lib/validate.js
function isObject(input) {
	if (typeof input != "object" || input === null || Object.prototype.toString.call(input) !== "[object Object]") return !1;
	const prototype = Object.getPrototypeOf(input);
	return prototype === null || Object.getPrototypeOf(prototype) === null;
}
function isJwkSet(input) {
	return isObject(input) && Array.isArray(input.keys) && Array.from(input.keys).every(isObject);
}
function isDisjoint(...headers) {
	const parameters = /* @__PURE__ */ new Set();
	for (const header of headers) if (header) for (const parameter of Object.keys(header)) {
		if (parameters.has(parameter)) return !1;
		parameters.add(parameter);
	}
	return !0;
}
function decodeBase64url(value, label, ErrorClass) {
	try {
		return decode(value);
	} catch (cause) {
		throw new ErrorClass(`Failed to base64url decode the ${label}`, { cause });
	}
}
function encodeAsciiMember(value, label, ErrorClass) {
	try {
		return encode(value);
	} catch (cause) {
		throw new ErrorClass(`The ${label} is not a valid base64url string`, { cause });
	}
}
function parseJoseHeader(encodedProtectedHeader, ErrorClass, message) {
	let parsed;
	try {
		parsed = JSON.parse(strictDecoder.decode(decode(encodedProtectedHeader)));
	} catch (cause) {
		throw new ErrorClass(message, { cause });
	}
	if (!isObject(parsed)) throw new ErrorClass(message);
	return parsed;
}
const JWS_RECOGNIZED = {
	__proto__: null,
	b64: !0
};
function validateAlgorithms(option, algorithms) {
	if (algorithms !== void 0 && (!Array.isArray(algorithms) || algorithms.some((s) => typeof s != "string"))) throw new TypeError(`"${option}" option must be an array of strings`);
	return algorithms === void 0 ? void 0 : new Set(algorithms);
}
function validateCrit(Err, recognizedDefault, recognizedOption, protectedHeader, joseHeader) {
	if (joseHeader.crit !== void 0 && protectedHeader?.crit === void 0) throw new Err("\"crit\" (Critical) Header Parameter MUST be integrity protected");
	if (!protectedHeader || protectedHeader.crit === void 0) return [];
	if (!Array.isArray(protectedHeader.crit) || protectedHeader.crit.length === 0 || protectedHeader.crit.some((input) => typeof input != "string" || input.length === 0)) throw new Err("\"crit\" (Critical) Header Parameter MUST be an array of non-empty strings when present");
	const recognized = recognizedOption === void 0 ? recognizedDefault : {
		__proto__: null,
		...recognizedOption,
		...recognizedDefault
	};
	for (const parameter of protectedHeader.crit) {
		if (!(parameter in recognized)) throw new JOSENotSupported(`Extension Header Parameter "${parameter}" is not recognized`);
		if (!Object.hasOwn(joseHeader, parameter) || joseHeader[parameter] === void 0) throw new Err(`Extension Header Parameter "${parameter}" is missing`);
		if (recognized[parameter] && (!Object.hasOwn(protectedHeader, parameter) || protectedHeader[parameter] === void 0)) throw new Err(`Extension Header Parameter "${parameter}" MUST be integrity protected`);
	}
	return protectedHeader.crit;
}
function validateB64(protectedHeader, extensions) {
	if (extensions.includes("b64")) {
		const b64 = protectedHeader.b64;
		if (typeof b64 != "boolean") throw new JWSInvalid("The \"b64\" (base64url-encode payload) Header Parameter must be a boolean");
		return b64;
	}
	return !0;
}
// node_modules/jose/dist/webapi/lib/key.js
const tag = (key) => key[Symbol.toStringTag];
const jwkMatchesOp = (entry, key, usage) => {
	const { alg } = entry;
	if (key.use !== void 0) {
		const expected = usage === "sign" || usage === "verify" ? "sig" : "enc";
		if (key.use !== expected) throw new TypeError(`Invalid key for this operation, its "use" must be "${expected}" when present`);
	}
	if (key.kty === "AKP" && key.alg === void 0) throw new TypeError("missing \"alg\" (Algorithm) Parameter value");
	if (key.alg !== void 0 && key.alg !== alg) throw new TypeError(`Invalid key for this operation, its "alg" must be "${alg}" when present`);
	if (Array.isArray(key.key_ops)) {
		const expectedKeyOp = usage === "encrypt" || usage === "decrypt" ? entry.ops?.[usage === "encrypt" ? 0 : 1] : usage;
		if (expectedKeyOp && !key.key_ops.includes(expectedKeyOp)) throw new TypeError(`Invalid key for this operation, its "key_ops" must include "${expectedKeyOp}" when present`);
	}
};
async function prepareKey(entry, key, usage) {
	const { alg, secret } = entry, requiresPrivateKey = usage === "decrypt" || usage === "sign";
	if (secret && key instanceof Uint8Array) return key;
	let normalized, keyObject;
	if (isObject(key)) {
		if (normalized = normalizeJwk(key), typeof normalized.kty != "string") throw invalidKeyType(alg, key, secret);
		if (!(secret ? normalized.kty === "oct" && typeof normalized.k == "string" : normalized.kty !== "oct" && (requiresPrivateKey ? normalized.kty === "AKP" && typeof normalized.priv == "string" || typeof normalized.d == "string" : normalized.d === void 0 && normalized.priv === void 0))) throw new TypeError(secret ? "JSON Web Key for symmetric algorithms must have JWK \"kty\" (Key Type) equal to \"oct\" and the JWK \"k\" (Key Value) present" : `JSON Web Key for this operation must be a ${requiresPrivateKey ? "private" : "public"} JWK`);
		if (jwkMatchesOp(entry, normalized, usage), normalized.kty === "oct") return decode(normalized.k);
		if (!Object.isFrozen(key)) {
			const { key_ops } = key;
			Array.isArray(key_ops) && Object.freeze(key_ops), Object.freeze(key);
		}
	} else {
		if (!isKeyLike(key)) throw invalidKeyType(alg, key, secret);
		const expectedType = secret ? "secret" : requiresPrivateKey ? "private" : "public";
		if (key.type !== expectedType && (secret || [
			"secret",
			"public",
			"private"
		].includes(key.type))) throw new TypeError(`${tag(key)} instances must be of type "${expectedType}" for the ${alg} algorithm`);
		if (isCryptoKey(key)) return key;
		if (keyObject = key, keyObject.type === "secret") return keyObject.export();
	}
	cache ||= /* @__PURE__ */ new WeakMap();
	const cacheKey = key;
	let cached = cache.get(cacheKey);
	if (cached?.[alg]) return cached[alg];
	if (cached || cache.set(cacheKey, cached = {}), keyObject && typeof keyObject.toCryptoKey == "function") {
		const isPublic = keyObject.type === "public", crv = nist[keyObject.asymmetricKeyDetails?.namedCurve], params = entry.resolve?.({
			crv,
			asymmetricKeyType: keyObject.asymmetricKeyType
		}) ?? entry.subtle;
		return cached[alg] = keyObject.toCryptoKey(params, isPublic, entry.usages[isPublic ? 0 : 1]);
	}
	return normalized ??= keyObject.export({ format: "jwk" }), normalized.alg = alg, cached[alg] = await jwkToKey(entry, normalized);
}
let cache;
const nist = {
	__proto__: null,
	prime256v1: "P-256",
	secp384r1: "P-384",
	secp521r1: "P-521"
};
const isCryptoKey = (key) => {
	if (key?.[Symbol.toStringTag] === "CryptoKey") return !0;
	try {
		return key instanceof CryptoKey;
	} catch {
		return !1;
	}
};
const isKeyObject = (key) => key?.[Symbol.toStringTag] === "KeyObject";
const isKeyLike = (key) => isCryptoKey(key) || isKeyObject(key);
function message(msg, actual, ...types) {
	if (types.length > 2) {
		const last = types.pop();
		msg += `one of type ${types.join(", ")}, or ${last}.`;
	} else types.length === 2 ? msg += `one of type ${types[0]} or ${types[1]}.` : msg += `of type ${types[0]}.`;
	return actual == null ? msg += ` Received ${actual}` : typeof actual == "function" && actual.name ? msg += ` Received function ${actual.name}` : typeof actual == "object" && actual != null && actual.constructor?.name && (msg += ` Received an instance of ${actual.constructor.name}`), msg;
}
function invalidKeyType(alg, actual, secret) {
	const types = [
		"CryptoKey",
		"KeyObject",
		"JSON Web Key"
	];
	return secret && types.push("Uint8Array"), new TypeError(message(`Key for the ${alg} algorithm must be `, actual, ...types));
}
const unusable = (name, prop = "algorithm.name") => /* @__PURE__ */ new TypeError(`CryptoKey does not support this operation, its ${prop} must be ${name}`);
function checkUsage(key, usage) {
	if (usage && !key.usages.includes(usage)) throw new TypeError(`CryptoKey does not support this operation, its usages must include ${usage}.`);
}
function checkModulusLength(alg, key) {
	const { modulusLength } = key.algorithm;
	if (typeof modulusLength != "number" || modulusLength < 2048) throw new TypeError(`${alg} requires key modulusLength to be 2048 bits or larger`);
}
function checkCryptoKey(key, expected, usage) {
	const algorithm = key.algorithm;
	if (algorithm.name !== expected.name) throw unusable(expected.name);
	if (expected.hash && algorithm.hash?.name !== expected.hash) throw unusable(expected.hash, "algorithm.hash");
	if (expected.namedCurve && algorithm.namedCurve !== expected.namedCurve) throw unusable(expected.namedCurve, "algorithm.namedCurve");
	if (expected.length !== void 0 && algorithm.length !== expected.length) throw unusable(expected.length, "algorithm.length");
	checkUsage(key, usage);
}
function snapshotJwk(jwk) {
	return {
		__proto__: null,
		...jwk
	};
}
function normalizeJwk(jwk) {
	const normalized = snapshotJwk(jwk);
	if (normalized.ext !== void 0 && typeof normalized.ext != "boolean") throw new TypeError("\"ext\" (Extractable) Parameter must be a boolean");
	if (normalized.key_ops !== void 0) {
		const value = normalized.key_ops, keyOps = Array.isArray(value) ? [...value] : void 0;
		if (!keyOps || keyOps.some((operation) => typeof operation != "string") || new Set(keyOps).size !== keyOps.length) throw new TypeError("\"key_ops\" (Key Operations) Parameter must be an array of unique strings");
		normalized.key_ops = keyOps;
	}
	return normalized;
}
async function jwkToKey(entry, jwk, extractable) {
	if (!entry.kty.includes(jwk.kty)) throw new JOSENotSupported("Invalid or unsupported JWK \"alg\" (Algorithm) Parameter value");
	const algorithm = entry.resolve?.({
		kty: jwk.kty,
		crv: jwk.crv
	}) ?? entry.subtle, isPrivate = !!(jwk.d || jwk.priv), keyData = {
		...jwk,
		ext: extractable ?? jwk.ext
	};
	return keyData.kty !== "AKP" && delete keyData.alg, delete keyData.use, crypto.subtle.importKey("jwk", keyData, algorithm, keyData.ext ?? !isPrivate, jwk.key_ops ?? entry.usages[isPrivate ? 1 : 0]);
}
async function rawKey(key, expected, usage, extractable = !1) {
	return key instanceof Uint8Array && (key = await crypto.subtle.importKey("raw", key, expected, extractable, [usage])), checkCryptoKey(key, expected, usage), key;
}
// node_modules/jose/dist/webapi/lib/key_descriptor.js
function table(entries) {
	const out = { __proto__: null };
	for (const alg in entries) out[alg] = {
		...entries[alg],
		alg
	};
	return out;
}
// node_modules/jose/dist/webapi/lib/jws_algorithms.js
const sig = [["verify"], ["sign"]];
function hmac(bits) {
	const subtle = {
		name: "HMAC",
		hash: `SHA-${bits}`
	};
	return {
		kty: ["oct"],
		secret: !0,
		subtle,
		signing: subtle,
		usages: sig
	};
}
function rsa(bits, saltLength) {
	const subtle = {
		name: saltLength ? "RSA-PSS" : "RSASSA-PKCS1-v1_5",
		hash: `SHA-${bits}`
	};
	return {
		kty: ["RSA"],
		subtle,
		signing: saltLength ? {
			...subtle,
			saltLength
		} : subtle,
		usages: sig,
		minRsaBits: 2048
	};
}
function ecdsa(crv, bits) {
	return {
		kty: ["EC"],
		crv,
		subtle: {
			name: "ECDSA",
			namedCurve: crv
		},
		signing: {
			name: "ECDSA",
			hash: `SHA-${bits}`
		},
		usages: sig
	};
}
function eddsa() {
	const subtle = { name: "Ed25519" };
	return {
		kty: ["OKP"],
		crv: "Ed25519",
		subtle,
		signing: subtle,
		usages: sig
	};
}
function mldsa(parameterSet) {
	const subtle = { name: `ML-DSA-${parameterSet}` };
	return {
		kty: ["AKP"],
		subtle,
		signing: subtle,
		usages: sig
	};
}
const JWS = table({
	HS256: hmac(256),
	HS384: hmac(384),
	HS512: hmac(512),
	RS256: rsa(256),
	RS384: rsa(384),
	RS512: rsa(512),
	PS256: rsa(256, 32),
	PS384: rsa(384, 48),
	PS512: rsa(512, 64),
	ES256: ecdsa("P-256", 256),
	ES384: ecdsa("P-384", 384),
	ES512: ecdsa("P-521", 512),
	EdDSA: eddsa(),
	Ed25519: eddsa(),
	"ML-DSA-44": mldsa(44),
	"ML-DSA-65": mldsa(65),
	"ML-DSA-87": mldsa(87)
});
function jwsAlgorithm(alg) {
	const entry = typeof alg == "string" ? JWS[alg] : void 0;
	if (!entry) throw new JOSENotSupported(`alg ${alg} is not supported either by JOSE or your javascript runtime`);
	return entry;
}
// node_modules/jose/dist/webapi/lib/jws_verify.js
function prepareVerify(options) {
	return [options && validateAlgorithms("algorithms", options.algorithms), options?.crit];
}
function parseProtectedHeader(encodedProtectedHeader) {
	return encodedProtectedHeader === void 0 ? {} : parseJoseHeader(encodedProtectedHeader, JWSInvalid, "JWS Protected Header is invalid");
}
function encodeCompactUnencodedPayload(payload) {
	try {
		return encode(payload);
	} catch (cause) {
		throw new JWSInvalid("JWS Compact Serialization payload must use only ASCII characters", { cause });
	}
}
async function verifySignature(jws, shared, key, encodeUnencodedPayload, parsedProtected) {
	const { protected: encodedProtectedHeader, header, payload: inputPayload } = jws, protectedHeader = parsedProtected ?? parseProtectedHeader(encodedProtectedHeader);
	if (!isDisjoint(protectedHeader, header)) throw new JWSInvalid("JWS Protected and JWS Unprotected Header Parameter names must be disjoint");
	const joseHeader = {
		...protectedHeader,
		...header
	}, b64 = validateB64(protectedHeader, validateCrit(JWSInvalid, JWS_RECOGNIZED, shared[1], protectedHeader, joseHeader)), { alg } = joseHeader;
	if (typeof alg != "string" || !alg) throw new JWSInvalid("JWS \"alg\" (Algorithm) Header Parameter missing or invalid");
	if (shared[0] && !shared[0].has(alg)) throw new JOSEAlgNotAllowed("\"alg\" (Algorithm) Header Parameter value not allowed");
	if (b64) {
		if (typeof inputPayload != "string") throw new JWSInvalid("JWS Payload must be a string");
	} else if (typeof inputPayload != "string" && !(inputPayload instanceof Uint8Array)) throw new JWSInvalid("JWS Payload must be a string or an Uint8Array instance");
	const signingPayload = b64 || typeof inputPayload != "string" ? inputPayload : encodeUnencodedPayload(inputPayload);
	let resolvedKey = !1;
	typeof key == "function" && (key = await key(protectedHeader, jws), resolvedKey = !0);
	const entry = jwsAlgorithm(alg), signingInput = concat(encodedProtectedHeader !== void 0 ? encode(encodedProtectedHeader) : /* @__PURE__ */ new Uint8Array(), encode("."), typeof signingPayload == "string" ? shared[2] ??= encodeAsciiMember(signingPayload, "payload", JWSInvalid) : signingPayload), signature = decodeBase64url(jws.signature, "signature", JWSInvalid), verificationKey = await prepareKey(entry, key, "verify"), cryptoKey = await rawKey(verificationKey, entry.subtle, "verify");
	entry.minRsaBits && checkModulusLength(entry.alg, cryptoKey);
	let verified = !1;
	try {
		verified = await crypto.subtle.verify(entry.signing, cryptoKey, signature, signingInput);
	} catch (cause) {
		throw new JWSSignatureVerificationFailed(void 0, { cause });
	}
	if (!verified) throw new JWSSignatureVerificationFailed();
	const result = { payload: typeof signingPayload == "string" ? decodeBase64url(signingPayload, "payload", JWSInvalid) : signingPayload };
	return encodedProtectedHeader !== void 0 && (result.protectedHeader = protectedHeader), header !== void 0 && (result.unprotectedHeader = header), resolvedKey ? [{
		...result,
		key: verificationKey
	}, b64] : [result, b64];
}
async function verifyCompact(jws, shared, key) {
	if (jws instanceof Uint8Array && (jws = decoder.decode(jws)), typeof jws != "string") throw new JWSInvalid("Compact JWS must be a string or Uint8Array");
	const { 0: protectedHeader, 1: payload, 2: signature, length } = jws.split(".");
	if (length !== 3) throw new JWSInvalid("Invalid Compact JWS");
	return verifySignature({
		payload,
		protected: protectedHeader,
		signature
	}, shared, key, encodeCompactUnencodedPayload);
}
// node_modules/jose/dist/webapi/lib/jwt_claims_set.js
const epoch = (date) => Math.floor(date.getTime() / 1e3);
const multipliers = {
	s: 1,
	m: 60,
	h: 3600,
	d: 86400,
	w: 604800,
	y: 31557600
};
const REGEX = /^(\+|\-)? ?(\d+|\d+\.\d+) ?(seconds?|secs?|s|minutes?|mins?|m|hours?|hrs?|h|days?|d|weeks?|w|years?|yrs?|y)(?: (ago|from now))?$/i;
const checkFailed = "check_failed";
function invalidDuration() {
	throw new TypeError("Invalid time period format");
}
function secs(str) {
	typeof str != "string" && invalidDuration();
	const matched = REGEX.exec(str);
	(!matched || matched[4] && matched[1]) && invalidDuration();
	const value = parseFloat(matched[2]), durationSeconds = Math.round(value * multipliers[matched[3][0].toLowerCase()]);
	return Number.isFinite(durationSeconds) || invalidDuration(), matched[1] === "-" || matched[4]?.toLowerCase() === "ago" ? -durationSeconds : durationSeconds;
}
function validateInput(label, input) {
	if (!Number.isFinite(input)) throw new TypeError(`Invalid ${label} input`);
	return input;
}
const normalizeTyp = (value) => {
	const normalized = value.toLowerCase();
	return value.includes("/") ? normalized : `application/${normalized}`;
};
const checkAudiencePresence = (audPayload, audOption) => typeof audPayload == "string" ? audOption.includes(audPayload) : Array.isArray(audPayload) ? audOption.some((aud) => audPayload.includes(aud)) : !1;
function validateNumericDate(claimsSet, claim, required = !1) {
	const value = claimsSet[claim];
	if (!(value === void 0 && !required)) {
		if (typeof value != "number") throw new JWTClaimValidationFailed(`"${claim}" claim must be a number`, claimsSet, claim, "invalid");
		return value;
	}
}
function unexpectedClaim(claimsSet, claim) {
	throw new JWTClaimValidationFailed(`unexpected "${claim}" claim value`, claimsSet, claim, checkFailed);
}
function validateClaimsSet(protectedHeader, claimsSetBytes, options = {}) {
	let claimsSet;
	try {
		claimsSet = JSON.parse(strictDecoder.decode(claimsSetBytes));
	} catch (cause) {
		throw new JWTInvalid("JWT Claims Set must be a top-level JSON object", { cause });
	}
	if (!isObject(claimsSet)) throw new JWTInvalid("JWT Claims Set must be a top-level JSON object");
	const { typ } = options;
	if (typ !== void 0 && (typeof protectedHeader.typ != "string" || normalizeTyp(protectedHeader.typ) !== normalizeTyp(typ))) throw new JWTClaimValidationFailed("unexpected \"typ\" JWT header value", claimsSet, "typ", checkFailed);
	const { requiredClaims = [], issuer, subject, audience, maxTokenAge } = options, presenceCheck = [...requiredClaims];
	maxTokenAge !== void 0 && presenceCheck.push("iat"), audience !== void 0 && presenceCheck.push("aud"), subject !== void 0 && presenceCheck.push("sub"), issuer !== void 0 && presenceCheck.push("iss");
	for (const claim of new Set(presenceCheck.reverse())) if (!Object.hasOwn(claimsSet, claim)) throw new JWTClaimValidationFailed(`missing required "${claim}" claim`, claimsSet, claim, "missing");
	issuer !== void 0 && !(Array.isArray(issuer) ? issuer : [issuer]).includes(claimsSet.iss) && unexpectedClaim(claimsSet, "iss"), subject !== void 0 && claimsSet.sub !== subject && unexpectedClaim(claimsSet, "sub"), audience !== void 0 && !checkAudiencePresence(claimsSet.aud, typeof audience == "string" ? [audience] : audience) && unexpectedClaim(claimsSet, "aud");
	const { clockTolerance } = options;
	let tolerance = 0;
	if (typeof clockTolerance == "string") tolerance = secs(clockTolerance);
	else if (clockTolerance !== void 0) {
		if (typeof clockTolerance != "number") throw new TypeError("Invalid clockTolerance option type");
		tolerance = clockTolerance;
	}
	if (validateInput("clockTolerance option", tolerance), tolerance < 0) throw new TypeError("Invalid clockTolerance option input");
	const { currentDate } = options, now = validateInput("currentDate option", epoch(currentDate === void 0 ? /* @__PURE__ */ new Date() : currentDate)), iat = validateNumericDate(claimsSet, "iat", maxTokenAge !== void 0), nbf = validateNumericDate(claimsSet, "nbf");
	if (nbf !== void 0 && nbf > now + tolerance) throw new JWTClaimValidationFailed("\"nbf\" claim timestamp check failed", claimsSet, "nbf", checkFailed);
	const exp = validateNumericDate(claimsSet, "exp");
	if (exp !== void 0 && exp <= now - tolerance) throw new JWTExpired("\"exp\" claim timestamp check failed", claimsSet, "exp", checkFailed);
	if (maxTokenAge !== void 0) {
		const age = now - iat, max = validateInput("maxTokenAge option", typeof maxTokenAge == "number" ? maxTokenAge : secs(maxTokenAge));
		if (max < 0) throw new TypeError("Invalid maxTokenAge option input");
		if (age - tolerance > max) throw new JWTExpired("\"iat\" claim timestamp check failed (too far in the past)", claimsSet, "iat", checkFailed);
		if (age < -tolerance) throw new JWTClaimValidationFailed("\"iat\" claim timestamp check failed (it should be in the past)", claimsSet, "iat", checkFailed);
	}
	return claimsSet;
}
// node_modules/jose/dist/webapi/jwt/verify.js
async function jwtVerify(jwt, key, options) {
	const [verified, b64] = await verifyCompact(jwt, prepareVerify(options), key);
	if (!b64) throw new JWTInvalid("JWTs MUST NOT use unencoded payload");
	const payload = validateClaimsSet(verified.protectedHeader, verified.payload, options);
	return {
		...verified,
		payload
	};
}
// node_modules/jose/dist/webapi/jwks/local.js
function isUsableJWK(jwk, entry, alg, kid) {
	const { kty, key_ops: keyOps, ext, kid: jwkKid, alg: jwkAlg, use, crv } = jwk;
	return (ext === void 0 || typeof ext == "boolean") && (keyOps === void 0 || Array.isArray(keyOps) && keyOps.every((operation, index) => typeof operation == "string" && keyOps.indexOf(operation) === index) && keyOps.includes("verify")) && entry.kty.includes(kty) && (kid === void 0 || typeof kid == "string" && kid === jwkKid) && (jwkAlg === void 0 ? kty !== "AKP" : alg === jwkAlg) && (use === void 0 || use === "sig") && (!entry.crv || crv === entry.crv);
}
async function importWithAlgCache(cache, jwk, entry) {
	const cached = cache.get(jwk) || cache.set(jwk, {}).get(jwk), { alg } = entry;
	if (cached[alg] === void 0) {
		const pending = jwkToKey(entry, jwk, !0).then((key) => {
			if (key.type !== "public") throw new JWKSInvalid("JSON Web Key Set members must be public keys");
			return cached[alg] = key, key;
		}).catch((error) => {
			throw cached[alg] === pending && delete cached[alg], error;
		});
		cached[alg] = pending;
	}
	return cached[alg];
}
function createLocalJWKSet(jwks) {
	let snapshot;
	try {
		snapshot = structuredClone(jwks);
	} catch (cause) {
		throw new JWKSInvalid("JSON Web Key Set malformed", { cause });
	}
	if (!isJwkSet(snapshot)) throw new JWKSInvalid("JSON Web Key Set malformed");
	const metadata = snapshot.keys.map((jwk) => {
		const normalized = snapshotJwk(jwk);
		return Array.isArray(normalized.key_ops) && (normalized.key_ops = [...normalized.key_ops]), normalized;
	}), cached = /* @__PURE__ */ new WeakMap();
	return Object.defineProperty(async (protectedHeader, token) => {
		const { alg, kid } = {
			...protectedHeader,
			...token?.header
		}, entry = typeof alg == "string" ? JWS[alg] : void 0;
		if (!entry || entry.secret) throw new JOSENotSupported("Unsupported \"alg\" value for a JSON Web Key Set");
		const candidates = snapshot.keys.filter((_, index) => isUsableJWK(metadata[index], entry, alg, kid)), { 0: jwk, length } = candidates;
		if (!length) throw new JWKSNoMatchingKey();
		if (length !== 1) {
			const error = new JWKSMultipleMatchingKeys();
			throw error[Symbol.asyncIterator] = async function* () {
				for (const jwk2 of candidates) try {
					yield await importWithAlgCache(cached, jwk2, entry);
				} catch {}
			}, error;
		}
		return importWithAlgCache(cached, jwk, entry);
	}, "jwks", { value: () => structuredClone(snapshot) });
}
// node_modules/jose/dist/webapi/util/decode_jwt.js
function decodeJwt(jwt) {
	if (typeof jwt != "string") throw new JWTInvalid("JWTs must use Compact JWS serialization, JWT must be a string");
	const { 1: encodedPayload, length } = jwt.split(".");
	if (length === 5) throw new JWTInvalid("Only JWTs using Compact JWS serialization can be decoded");
	if (length !== 3) throw new JWTInvalid("Invalid JWT");
	if (!encodedPayload) throw new JWTInvalid("JWTs must contain a payload");
	let claimsSetBytes;
	try {
		claimsSetBytes = decode(encodedPayload);
	} catch (cause) {
		throw new JWTInvalid("Failed to base64url decode the payload", { cause });
	}
	let claimsSet;
	try {
		claimsSet = JSON.parse(strictDecoder.decode(claimsSetBytes));
	} catch (cause) {
		throw new JWTInvalid("Failed to parse the decoded payload as JSON", { cause });
	}
	if (!isObject(claimsSet)) throw new JWTInvalid("Invalid JWT Claims Set");
	return claimsSet;
}
// door/fetch-json.ts
var FetchError = class extends Error {};
const timeoutMs = 5e3;
const maxLength = 262144;
/** The document at a URL; redirects are not followed. Throws a FetchError. */
async function fetchJson(url, init = {}) {
	try {
		const response = await fetch(url, {
			...init,
			redirect: "error",
			signal: AbortSignal.timeout(timeoutMs)
		});
		if (!response.ok) throw new FetchError(`${url.host} answered with status ${response.status}`);
		const chunks = [];
		let length = 0;
		for await (const chunk of response.body ?? []) {
			chunks.push(chunk);
			if ((length += chunk.length) > maxLength) throw new FetchError(`the answer from ${url.host} is too long`);
		}
		return JSON.parse(Buffer.concat(chunks).toString());
	} catch (error) {
		if (error instanceof FetchError) throw error;
		const { message, cause } = error;
		throw new FetchError(`${url.host}: ${cause instanceof Error ? cause.message || cause.name : message}`);
	}
}
// door/introspection.ts
/** Time for which a revoked token may still be accepted. */
const keptMs = 3e4;
const maxKept = 5e3;
var Introspection = class {
	config;
	#kept = /* @__PURE__ */ new Map();
	constructor(config) {
		this.config = config;
	}
	/** The claims of an active token for `audience`; throws a FetchError if the issuer does not say. */
	async ask(token, audience) {
		const key = createHash("sha256").update(token).digest("base64url");
		const kept = this.#kept.get(key);
		if (kept && Date.now() < kept.until) return kept.claims;
		const claims = readClaims(await this.#fetch(token), this.config.url, audience);
		this.#kept.set(key, {
			claims,
			until: Math.min(Date.now() + keptMs, (claims?.exp ?? Infinity) * 1e3)
		});
		for (const oldest of this.#kept.keys()) {
			if (this.#kept.size <= maxKept) break;
			this.#kept.delete(oldest);
		}
		return claims;
	}
	#fetch(token) {
		const { url, clientId, clientSecret } = this.config.introspection;
		const credentials = [clientId, clientSecret].map(encodeURIComponent).join(":");
		const authorization = `Basic ${Buffer.from(credentials).toString("base64")}`;
		const body = new URLSearchParams({
			token,
			token_type_hint: "access_token"
		});
		return fetchJson(url, {
			method: "POST",
			headers: { authorization },
			body
		});
	}
};
function readClaims(value, issuer, audience) {
	if (!isObject$1(value) || value["active"] !== true) return void 0;
	const isFor = [value["aud"]].flat().includes(audience);
	const isFrom = value["iss"] === void 0 || value["iss"] === issuer;
	const { exp } = value;
	const isTimely = typeof exp === "number" && exp * 1e3 > Date.now();
	return isFor && isFrom && isTimely ? value : void 0;
}
// door/issuers.ts
/** The issuer's keys are unknown and the issuer is unreachable, which is not the caller's fault. */
var IssuerDown = class extends Error {};
const skewSeconds = 30;
/** Time after which keys are fetched again. */
const freshMs = 6e5;
/** How long cached keys are used if they cannot be fetched again. */
const staleMs = 864e5;
/** A key that is not known may be new: it is asked for, but not for each token that somebody makes up. */
const cooldownMs = 1e4;
var Issuer = class {
	config;
	#log;
	#keys;
	#fetchedAt = -Infinity;
	#triedAt = -Infinity;
	#fetching;
	constructor(config, log) {
		this.config = config;
		this.#log = log.with({ issuer: config.url });
	}
	/** The claims of a token that this issuer signed for `audience`; throws an error of jose, or IssuerDown. */
	async verify(token, audience) {
		const keys = await this.#current();
		try {
			return await this.#check(token, audience, keys);
		} catch (error) {
			if (!(error instanceof JWKSNoMatchingKey) || performance.now() - this.#triedAt < cooldownMs) throw error;
			await this.#fetch();
			return this.#check(token, audience, this.#keys ?? keys);
		}
	}
	async #check(token, audience, keys) {
		const { payload } = await jwtVerify(token, keys, {
			issuer: this.config.url,
			audience,
			algorithms: [...this.config.algorithms],
			clockTolerance: skewSeconds,
			requiredClaims: ["sub", "exp"]
		});
		return payload;
	}
	async #current() {
		const age = performance.now() - this.#fetchedAt;
		const mayTry = performance.now() - this.#triedAt > cooldownMs;
		if (age > freshMs && mayTry) await this.#fetch();
		if (!this.#keys || performance.now() - this.#fetchedAt > staleMs) throw new IssuerDown(this.config.url);
		return this.#keys;
	}
	#fetch() {
		this.#fetching ??= this.#fetchNow().finally(() => this.#fetching = void 0);
		return this.#fetching;
	}
	async #fetchNow() {
		this.#triedAt = performance.now();
		try {
			const set = await fetchJson(this.config.jwksUrl ?? await this.#discover());
			if (!isKeySet(set)) throw new FetchError("it is not a JSON Web Key Set");
			this.#keys = createLocalJWKSet(set);
			this.#fetchedAt = performance.now();
		} catch (error) {
			this.#log.error("the keys of the issuer could not be fetched", { reason: error.message });
		}
	}
	/** OpenID Connect, or RFC 8414, which puts the path at the end. */
	async #discover() {
		const { origin, pathname } = new URL(this.config.url);
		const path = pathname.replace(/\/$/, "");
		const places = [`${path}/.well-known/openid-configuration`, `/.well-known/oauth-authorization-server${path}`];
		let reason = "";
		for (const place of places) try {
			const found = await fetchJson(new URL(place, origin));
			if (!isObject$1(found) || found["issuer"] !== this.config.url) throw new FetchError("it names a different issuer");
			const { jwks_uri: uri } = found;
			if (typeof uri === "string" && URL.canParse(uri)) return new URL(uri);
			throw new FetchError("it has no jwks_uri");
		} catch (error) {
			reason = error.message;
		}
		throw new FetchError(`no metadata: ${reason}`);
	}
};
function isKeySet(value) {
	return isObject$1(value) && Array.isArray(value["keys"]) && value["keys"].length <= 100 && value["keys"].every(isObject$1);
}
// door/tokens.ts
const maxGroups = 200;
const maxName = 256;
var Tokens = class {
	#audience;
	#issuers;
	#introspections;
	#log;
	constructor(audience, issuers, log) {
		this.#audience = audience;
		this.#issuers = new Map(issuers.map((config) => [config.url, new Issuer(config, log)]));
		this.#introspections = issuers.flatMap((config) => config.introspection ? [new Introspection(config)] : []);
		this.#log = log;
	}
	async verify(token) {
		try {
			return /^[\w-]+\.[\w-]+\.[\w-]+$/.test(token) ? await this.#jwt(token) : await this.#opaque(token);
		} catch (error) {
			if (error instanceof IssuerDown || error instanceof FetchError) return "down";
			const { code } = error;
			if (typeof code !== "string") throw error;
			this.#log.debug("token refused", { code });
			return "invalid";
		}
	}
	async #jwt(token) {
		const { iss = "" } = decodeJwt(token);
		const issuer = this.#issuers.get(iss);
		return issuer ? read(issuer.config, await issuer.verify(token, this.#audience)) : "invalid";
	}
	async #opaque(token) {
		for (const introspection of this.#introspections) {
			const claims = await introspection.ask(token, this.#audience);
			if (claims) return read(introspection.config, claims);
		}
		return "invalid";
	}
};
/** What the door reads from verified claims; each text is bounded, because logs and rules get it. */
function read(config, claims) {
	const { url, prefix, userClaim, groupsClaim } = config;
	const name = at(claims, userClaim);
	const isUnconfirmed = userClaim === "email" && claims["email_verified"] === false;
	if (!isName(name) || !isName(claims.sub) || isUnconfirmed) return "invalid";
	const user = prefix + name;
	if (user.startsWith("key:")) return "invalid";
	const groups = [at(claims, groupsClaim) ?? []].flat().filter(isName).slice(0, maxGroups);
	const client = [claims["client_id"], claims["azp"]].find(isName) ?? "";
	const scope = claims["scope"] ?? claims["scp"];
	const scopes = typeof scope === "string" ? scope.split(" ") : Array.isArray(scope) ? scope.filter(isName) : [];
	const identity = `${url}\n${claims.sub}`;
	return {
		caller: {
			user,
			groups: groups.map((group) => prefix + group),
			client,
			identity,
			expires: (claims.exp ?? 0) * 1e3
		},
		scopes
	};
}
/** A claim, by a path such as `realm_access.roles`; a claim whose name has dots comes first. */
function at(claims, path) {
	if (Object.hasOwn(claims, path)) return claims[path];
	return path.split(".").reduce((one, key) => isObject$1(one) && Object.hasOwn(one, key) ? one[key] : void 0, claims);
}
function isName(value) {
	return typeof value === "string" && value.length > 0 && value.length <= maxName && !/[\p{Cc}\p{Cs}]/u.test(value);
}
// door/door.ts
var Door = class {
	metrics = new Metrics("door");
	departure;
	#config;
	#gateway;
	#keys;
	#sessions;
	#owners;
	#peers;
	#http;
	constructor(config, log) {
		this.#config = config;
		this.#gateway = new Gateway(config.gateway, config.gatewayToken);
		this.#keys = new Keys(config.keys, log);
		const { issuers, limits, idleSeconds, maxAgeSeconds } = config;
		const tokens = issuers.length > 0 ? new Tokens(config.resource, issuers, log) : void 0;
		const sessionLimits = {
			perUser: limits.sessions,
			idleSeconds,
			maxAgeSeconds
		};
		this.#sessions = new Sessions(sessionLimits, new Seal(config.gatewayToken), this.#gateway, config.pod, log);
		this.#peers = new Peers(config.peers, config.pod);
		this.#owners = new Owners(config.relay, config.tools, log);
		this.#http = createHttp(limits);
		this.departure = new Departure(this.#http);
		const shared = {
			gateway: this.#gateway,
			waitMs: config.waitSeconds * 1e3,
			maxAnswer: limits.answerMiB << 20
		};
		const policy = new Policy(config.rules, this.#owners);
		const calls = new Calls({
			...shared,
			policy,
			limiter: new Limiter(limits.callsPerMinute),
			callsPerMinute: limits.callsPerMinute,
			stateful: config.stateful,
			metrics: this.metrics,
			log
		});
		const endpoint = new Endpoint({
			...shared,
			calls,
			policy,
			sessions: this.#sessions,
			peers: this.#peers,
			maxBody: limits.bodyKiB * 1024,
			ending: this.departure.ending
		});
		const entrance = new Entrance(config, new Authenticator(this.#keys, tokens, config), endpoint, this.metrics, log);
		this.#http.on("request", (request, response) => {
			this.departure.watch(response);
			entrance.serve(request, response);
		});
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
		this.metrics.gauge("mcpgen_door_sessions", "Open sessions in this pod.").set(this.#sessions.size);
		return this.metrics.text();
	}
	/** The port it listens on. */
	get port() {
		const address = this.#http.address();
		return typeof address === "object" && address ? address.port : 0;
	}
	/** Releases idle sessions. */
	sweep() {
		this.#sessions.sweep();
	}
	/** Lets another pod take over, and running calls finish. */
	async drain(ms, lead) {
		const takeOver = (deadline) => this.#sessions.size > 0 ? this.#peers.takeOver(deadline) : Promise.resolve();
		await this.departure.go(ms, takeOver, lead);
	}
	close() {
		this.#keys.close();
		this.#sessions.close();
		this.#owners.close();
		this.#http.close();
		this.#http.closeAllConnections();
		this.#gateway.close();
		this.#peers.close();
	}
};
function createHttp({ connections, headerKiB, requestSeconds }) {
	const requestTimeout = requestSeconds * 1e3;
	const http = createServer({
		maxHeaderSize: headerKiB * 1024,
		headersTimeout: Math.min(1e4, requestTimeout),
		requestTimeout,
		connectionsCheckingInterval: 2e3,
		keepAliveTimeout: 75e3
	});
	http.maxConnections = connections;
	return http;
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

// jose 6.2.18, MIT
//
// The MIT License (MIT)
//
// Copyright (c) 2018 Filip Skokan
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
