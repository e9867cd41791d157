// SPDX-License-Identifier: Apache-2.0

// Reads a Terraform file on standard input with HashiCorp's parser, and writes its resources as JSON: labels, and arguments
// with their values.
package main

import (
	"encoding/json"
	"fmt"
	"io"
	"os"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"
)

func refuse(problem error) {
	fmt.Fprintln(os.Stderr, problem)
	os.Exit(1)
}

func valueOf(expression hclsyntax.Expression) interface{} {
	value, problems := expression.Value(nil)
	if problems.HasErrors() {
		refuse(problems)
	}
	if value.Type() == cty.Number {
		number, _ := value.AsBigFloat().Int64()
		return number
	}
	return value.AsString()
}

func main() {
	text, problem := io.ReadAll(os.Stdin)
	if problem != nil {
		refuse(problem)
	}
	file, problems := hclsyntax.ParseConfig(text, "stdin", hcl.InitialPos)
	if problems.HasErrors() {
		refuse(problems)
	}
	resources := []map[string]interface{}{}
	for _, block := range file.Body.(*hclsyntax.Body).Blocks {
		resource := map[string]interface{}{"type": block.Type, "labels": block.Labels}
		for name, argument := range block.Body.Attributes {
			resource[name] = valueOf(argument.Expr)
		}
		resources = append(resources, resource)
	}
	if problem := json.NewEncoder(os.Stdout).Encode(resources); problem != nil {
		refuse(problem)
	}
}
