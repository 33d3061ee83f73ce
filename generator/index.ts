// The library: the stages of the compiler, and Docker's expression language.

export { compile, type Compiled, type CompileInput } from './compile.ts';
export { load, type Loaded, type LoadInput, type TextFile } from './load.ts';
export { type Diagnostic, type Position, type Result, type Severity } from './diagnostics.ts';
export { report, type ReportOptions } from './report.ts';
export type { ReportFormat } from './report-format.ts';
export { type Config, evaluate, evaluateList, parseExpression, type Term } from './catalog/expression.ts';
export { evaluateCommand, evaluateEnv, evaluateUser, evaluateVolumes, expandEnv } from './catalog/environment.ts';
export { formatGo, ResultTooLongError } from './catalog/go-format.ts';
export { GoFloat, GoTime, type GoValue } from './catalog/go-value.ts';
export { ConfigSyntaxError, parseConfig, readConfig, serverConfig } from './catalog/go-yaml.ts';
export { type EvaluatedServer, evaluateServers } from './evaluate.ts';
export { explain } from './explain/explain.ts';
export type { Aspect, ExplainedServer } from './explain/model.ts';
export type { Values, ValuesServer, ValuesVolume } from './values/model.ts';
export type { Workload } from './workload/model.ts';
export { parseVolumeRule, type VolumeRule } from './workload/volume-rules.ts';
