package lineage

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"regexp"
	"strings"

	"github.com/goccy/go-yaml"
)

// ruleFile is the content of a file with rules.
type ruleFile struct {
	Rules []ruleOfFile `yaml:"rules"`
}

type ruleOfFile struct {
	Namespace *string `yaml:"namespace"`
	Job       *string `yaml:"job"`
	Parent    *string `yaml:"parent"`
	Root      *string `yaml:"root"`
	Step      string  `yaml:"step"`
	Ignore    bool    `yaml:"ignore"`
}

// ReadRules reads the text of a file with rules. The name of the file stands in errors. An empty file has no rules.
func ReadRules(name string, text []byte) (Rules, error) {
	var file ruleFile
	if err := yaml.NewDecoder(bytes.NewReader(text), yaml.Strict()).Decode(&file); err != nil && !errors.Is(err, io.EOF) {
		return Rules{}, fmt.Errorf("read the rules of %s: %s", name, strings.TrimSpace(yaml.FormatError(err, false, true)))
	}
	var rules Rules
	for i, given := range file.Rules {
		r, err := given.rule()
		if err == nil {
			err = r.check()
		}
		if err != nil {
			return Rules{}, fmt.Errorf("read the rules of %s: rule %d: %w", name, i+1, err)
		}
		rules.all = append(rules.all, r)
	}
	return rules, nil
}

func (o ruleOfFile) rule() (rule, error) {
	r := rule{step: o.Step, ignore: o.Ignore}
	for _, p := range []struct {
		key   string
		given *string
		to    **regexp.Regexp
	}{{"namespace", o.Namespace, &r.namespace}, {"job", o.Job, &r.job}, {"parent", o.Parent, &r.parent}, {"root", o.Root, &r.root}} {
		if p.given == nil {
			continue
		}
		if _, err := regexp.Compile(*p.given); err != nil {
			return rule{}, fmt.Errorf("%s is not a regular expression: %w", p.key, err)
		}
		pattern, err := regexp.Compile(`^(?:` + *p.given + `)$`)
		if err != nil {
			return rule{}, fmt.Errorf("%s is not a regular expression: %w", p.key, err)
		}
		*p.to = pattern
	}
	if o.Namespace == nil && o.Job == nil && o.Parent == nil && o.Root == nil {
		return rule{}, errors.New("has none of namespace, job, parent and root; a rule for every job has job: .*")
	}
	return r, nil
}
