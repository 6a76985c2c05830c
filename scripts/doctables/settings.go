package main

import (
	"fmt"
	"regexp"
	"strings"

	"macrowatch/internal/cli"
)

// variableName is how the help writes an environment variable. In Markdown a dollar sign may begin a formula.
var variableName = regexp.MustCompile(`\$([A-Z_]+)`)

// settings lists the flags that the environment and the configuration file may set.
func settings() (string, error) {
	var b strings.Builder
	b.WriteString("| flag | environment | default | meaning | commands |\n| --- | --- | --- | --- | --- |\n")
	for _, s := range cli.Settings() {
		var environment, defaults, meanings []string
		for _, name := range s.Environment {
			environment = append(environment, "`"+name+"`")
		}
		for _, use := range s.Uses {
			defaults = append(defaults, variableName.ReplaceAllString(use.Default, "`$1`"))
			meanings = append(meanings, use.Meaning)
		}
		b.WriteString(row("`--"+s.Flag+"`", strings.Join(environment, ", "),
			byCommand(s.Uses, defaults), byCommand(s.Uses, meanings), strings.Join(s.Commands(), ", ")))
	}
	return b.String(), nil
}

// byCommand returns the texts that belong to the uses of a setting. If they differ, each text names its commands; the
// text of the most commands comes last and is that of all others.
func byCommand(uses []cli.Use, texts []string) string {
	var order []string
	commands := map[string][]string{}
	for i, text := range texts {
		if commands[text] == nil {
			order = append(order, text)
		}
		commands[text] = append(commands[text], uses[i].Commands...)
	}
	if len(order) == 1 {
		return order[0]
	}
	most := order[0]
	for _, text := range order {
		if len(commands[text]) > len(commands[most]) {
			most = text
		}
	}
	var lines []string
	for _, text := range order {
		if text != most {
			lines = append(lines, fmt.Sprintf("`%s`: %s", strings.Join(commands[text], "`, `"), text))
		}
	}
	return strings.Join(append(lines, "others: "+most), "\n")
}
