// Reads YAML documents on standard input as Helm and kubectl read them, and prints a line of JSON for each: {"value": …}, or
// {"error": "…"} for one that they refuse. Duplicate keys are refused too: the second one would silently win.
//
//	go run . < values.yaml
package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"regexp"

	"sigs.k8s.io/yaml"
)

// Answer is one of the two.
type Answer struct {
	Value json.RawMessage `json:"value,omitempty"`
	Error string          `json:"error,omitempty"`
}

// Documents end where kubectl ends them, at a line that begins with three hyphens.
var separator = regexp.MustCompile(`(?m)^---.*\n?`)

func main() {
	input, err := io.ReadAll(os.Stdin)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(2)
	}
	output := bufio.NewWriter(os.Stdout)
	defer output.Flush()
	encoder := json.NewEncoder(output)
	for number, document := range separator.Split(string(input), -1) {
		if number == 0 && document == "" {
			continue
		}
		var answer Answer
		if value, err := yaml.YAMLToJSONStrict([]byte(document)); err != nil {
			answer.Error = err.Error()
		} else {
			answer.Value = value
		}
		if err := encoder.Encode(answer); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(2)
		}
	}
}
