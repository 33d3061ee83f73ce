// The library: the stages of the compiler, and Docker's expression language. It runs in browsers too.

export { compile, type Compiled, type CompileInput } from './compile.ts';
export type { Built, SelectInput } from './prepare.ts';
export { load, type Loaded, type LoadInput, type Place, type TextFile } from './load.ts';
export { type Diagnostic, type Position, type Result, type Severity } from './diagnostics.ts';
export { type DiagnosticCode, diagnosticCodes } from './diagnostics/table.ts';
export type { Task } from './diagnostics/types.ts';
export { report, type ReportOptions } from './report.ts';
export type { ReportFormat } from './report-format.ts';
export type { Texts } from './frame.ts';
export type { Path, SourceFile } from './source.ts';
export type { Places } from './source-places.ts';
export type { Tree, TreeMap } from './tree.ts';
export type { YamlProblem } from './yaml/node.ts';
export type { Catalog, CatalogResources, CatalogSecret, CatalogServer, EnvEntry, ServerKind } from './catalog/model.ts';
export {
  type Config,
  type DroppedTerm,
  evaluate,
  evaluateList,
  type Filter,
  type LiteralTerm,
  parseExpression,
  type ReferenceTerm,
  type Term,
} from './catalog/expression.ts';
export {
  evaluateCommand,
  type EvaluatedEnv,
  type EvaluatedVolumes,
  evaluateEnv,
  evaluateUser,
  evaluateVolumes,
  expandEnv,
} from './catalog/environment.ts';
export { formatGo, ResultTooLongError } from './catalog/go-format.ts';
export { GoFloat, type GoMap, type GoObject, type GoScalar, GoTime, type GoValue } from './catalog/go-value.ts';
export {
  type ConfigShape,
  ConfigSyntaxError,
  parseConfig,
  readConfig,
  type ReadConfig,
  serverConfig,
} from './catalog/go-yaml.ts';
export { type EvaluatedServer, evaluateServers } from './evaluate.ts';
export { explain } from './explain/explain.ts';
export type { Aspect, ExplainedServer, Status } from './explain/model.ts';
export { parseRegistryMap, type RegistryMap } from './registry/reference.ts';
export type {
  Values,
  ValuesFile,
  ValuesImage,
  ValuesImages,
  ValuesRemote,
  ValuesServer,
  ValuesVolume,
} from './values/model.ts';
export type {
  ContainerWorkload,
  Egress,
  RemoteWorkload,
  Resources,
  RunAs,
  SecretKey,
  Volume,
  VolumeSource,
  Workload,
} from './workload/model.ts';
export type { Feature } from './workload/run-as/choose-user.ts';
export { parseVolumeRule, type VolumeRule } from './workload/volume-rules.ts';
