// The oracle: reads cases as JSON lines, and answers each with what the gateway's own Go code makes of it.
//
//	go run . < cases.jsonl > results.jsonl
//
// `eval` and `yaml` are the real packages. The unexported functions of pkg/gateway/clientpool.go (argsAndEnv and what is
// around it) are restated here, line by line.
package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"os"
	"reflect"
	"sort"
	"strings"

	"github.com/docker/mcp-gateway/pkg/eval"
	"gopkg.in/yaml.v3"
)

// Case is one question. What is not given is empty.
type Case struct {
	// Kind is one of evaluate, evaluateList, expandEnv, env, command, volumes, user, config, servers.
	Kind        string      `json:"kind"`
	ContextYaml string      `json:"contextYaml"`
	Expression  string      `json:"expression"`
	Expressions []string    `json:"expressions"`
	Entries     [][2]string `json:"entries"`
	PriorEnv    []string    `json:"priorEnv"`
}

func main() {
	input := bufio.NewReaderSize(os.Stdin, 1<<20)
	output := bufio.NewWriter(os.Stdout)
	defer output.Flush()
	decoder := json.NewDecoder(input)
	encoder := json.NewEncoder(output)
	encoder.SetEscapeHTML(false)
	for decoder.More() {
		var c Case
		if err := decoder.Decode(&c); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		if err := encoder.Encode(answer(c)); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
	}
}

func answer(c Case) (result map[string]any) {
	defer func() {
		if cause := recover(); cause != nil {
			result = map[string]any{"panic": fmt.Sprint(cause)}
		}
	}()
	if c.Kind == "servers" {
		// As config.ParseConfig has it.
		var servers map[string]map[string]any
		err := yaml.Unmarshal([]byte(c.ContextYaml), &servers)
		return describe(servers, err)
	}
	var context map[string]any
	err := yaml.Unmarshal([]byte(c.ContextYaml), &context)
	if c.Kind == "config" || err != nil {
		return describe(context, err)
	}
	switch c.Kind {
	case "evaluate":
		value := eval.Evaluate(c.Expression, context)
		return map[string]any{
			"asEnv":  fmt.Sprintf("%v", value),
			"asList": notNil(eval.EvaluateList([]string{c.Expression}, context)),
			"goType": fmt.Sprintf("%T", value),
		}
	case "evaluateList":
		return map[string]any{"value": notNil(eval.EvaluateList(c.Expressions, context))}
	case "expandEnv":
		return map[string]any{"value": expandEnv(c.Expression, c.PriorEnv)}
	case "command":
		return map[string]any{"value": notNil(expandEnvList(eval.EvaluateList(c.Expressions, context), c.PriorEnv))}
	case "env":
		return env(c, context)
	case "volumes":
		return volumes(c, context)
	case "user":
		return user(c, context)
	}
	panic("unknown kind " + c.Kind)
}

func describe(value any, err error) map[string]any {
	if err != nil {
		return map[string]any{"error": err.Error()}
	}
	return map[string]any{"value": fmt.Sprintf("%v", value), "typed": typed(reflect.ValueOf(value))}
}

// typed is a value with its types, which %v does not tell: `int(1)`, `[]interface {}(int(1) nil)`; maps are sorted by it.
func typed(v reflect.Value) string {
	for v.Kind() == reflect.Interface {
		v = v.Elem()
	}
	if !v.IsValid() {
		return "nil"
	}
	items := []string{}
	switch v.Kind() {
	case reflect.Slice:
		for i := range v.Len() {
			items = append(items, typed(v.Index(i)))
		}
	case reflect.Map:
		for entries := v.MapRange(); entries.Next(); {
			items = append(items, typed(entries.Key())+":"+typed(entries.Value()))
		}
		sort.Strings(items)
	default:
		items = append(items, fmt.Sprintf("%v", v))
	}
	return fmt.Sprintf("%s(%s)", v.Type(), strings.Join(items, " "))
}

// notNil makes an empty list of none, which JSON tells apart but a command line does not.
func notNil(list []string) []string {
	return append([]string{}, list...)
}

func env(c Case, config map[string]any) map[string]any {
	environment := append([]string{}, c.PriorEnv...)
	set, dropped := [][2]string{}, []string{}
	for _, e := range c.Entries {
		name, text := e[0], e[1]
		var value string
		if strings.Contains(text, "{{") && strings.Contains(text, "}}") {
			value = fmt.Sprintf("%v", eval.Evaluate(text, config))
		} else {
			value = expandEnv(text, environment)
		}

		if value != "" {
			set = append(set, [2]string{name, value})
			environment = append(environment, fmt.Sprintf("%s=%s", name, value))
		} else {
			dropped = append(dropped, name)
		}
	}
	return map[string]any{"env": set, "dropped": dropped}
}

func volumes(c Case, config map[string]any) map[string]any {
	kept, skipped := []string{}, []string{}
	for _, mount := range eval.EvaluateList(c.Expressions, config) {
		if mount == "" {
			continue
		}
		if !isSafeFlagValue(mount) {
			skipped = append(skipped, mount)
			continue
		}
		kept = append(kept, mount)
	}
	return map[string]any{"volumes": kept, "skipped": skipped}
}

func user(c Case, config map[string]any) map[string]any {
	val := c.Expression
	if strings.Contains(val, "{{") && strings.Contains(val, "}}") {
		val = fmt.Sprintf("%v", eval.Evaluate(val, config))
	}
	if val != "" && isSafeFlagValue(val) {
		return map[string]any{"value": val}
	}
	return map[string]any{"value": nil}
}

func isSafeFlagValue(v string) bool {
	return v != "" && !strings.HasPrefix(v, "-")
}

func expandEnv(value string, env []string) string {
	return os.Expand(value, func(name string) string {
		for _, e := range env {
			if after, ok := strings.CutPrefix(e, name+"="); ok {
				return after
			}
		}
		return ""
	})
}

func expandEnvList(values []string, env []string) []string {
	var expanded []string
	for _, value := range values {
		expanded = append(expanded, expandEnv(value, env))
	}
	return expanded
}
