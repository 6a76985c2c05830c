package lineage

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// Rules say which step a job is. The first rule that fits decides. The zero value has no rule.
type Rules struct{ all []rule }

// rule fits a job if each of its patterns fits the whole of what it is for. A pattern that is nil always fits.
type rule struct {
	namespace, job, parent, root *regexp.Regexp
	step                         string // with marks such as {job}
	ignore                       bool
}

// Named is what the rules make of a job.
type Named struct {
	// Step is the step. It is "" if no rule fits, or if the job is ignored.
	Step string
	// Ignore says that the job's runs are not recorded.
	Ignore bool
}

// ByRule reports whether a rule has given the step.
func (n Named) ByRule() bool { return n.Step != "" }

// Name applies the rules to a job, whose run may have a parent and a root.
func (r Rules) Name(job Job, parent, root *Link) Named {
	given := map[string]string{"namespace": job.Namespace, "job": job.Name, "parent": "", "root": ""}
	if parent != nil {
		given["parent"] = parent.Job.Name
	}
	if root != nil {
		given["root"] = root.Job.Name
	}
	for _, rule := range r.all {
		if values, fits := rule.fit(given); fits {
			if rule.ignore {
				return Named{Ignore: true}
			}
			return Named{Step: DeskName(filled(rule.step, values))}
		}
	}
	return Named{}
}

// DefaultStep returns the step of a job that no rule names: the job's name, or namespace/name if another namespace has a
// job of the same name.
func DefaultStep(job Job, shared bool) string {
	if shared {
		return DeskName(job.Namespace + "/" + job.Name)
	}
	return job.Name
}

func (r rule) patterns() map[string]*regexp.Regexp {
	return map[string]*regexp.Regexp{"namespace": r.namespace, "job": r.job, "parent": r.parent, "root": r.root}
}

// fit returns what the marks of the rule's step stand for, if the rule fits.
func (r rule) fit(given map[string]string) (values map[string]string, fits bool) {
	values = map[string]string{}
	for of, pattern := range r.patterns() {
		if pattern == nil {
			continue
		}
		found := pattern.FindStringSubmatch(given[of])
		if found == nil {
			return nil, false
		}
		for i, name := range pattern.SubexpNames() {
			if name != "" {
				values[name] = found[i]
			}
			if of == "job" {
				values[strconv.Itoa(i)] = found[i]
			}
		}
	}
	for of, value := range given {
		values[of] = value
	}
	return values, true
}

// mark is a part of a step that stands for something else: {job}, {1} or {name}.
var mark = regexp.MustCompile(`\{([^{}]*)\}`)

func filled(step string, values map[string]string) string {
	return mark.ReplaceAllStringFunc(step, func(m string) string { return values[strings.Trim(m, "{}")] })
}

// marks returns the marks that a rule's step may have.
func (r rule) marks() []string {
	known := []string{"namespace", "job", "parent", "root"}
	for _, of := range []string{"namespace", "job", "parent", "root"} {
		pattern := r.patterns()[of]
		if pattern == nil {
			continue
		}
		for i, name := range pattern.SubexpNames() {
			if of == "job" && i > 0 {
				known = append(known, strconv.Itoa(i))
			}
			if name != "" {
				known = append(known, name)
			}
		}
	}
	return known
}

// check returns what is wrong with a rule.
func (r rule) check() error {
	switch {
	case r.ignore && r.step != "":
		return fmt.Errorf("has both step and ignore")
	case r.ignore:
		return nil
	case strings.TrimSpace(r.step) == "":
		return fmt.Errorf("needs step or ignore: true")
	}
	for _, m := range mark.FindAllStringSubmatch(r.step, -1) {
		if !slices.Contains(r.marks(), m[1]) {
			return fmt.Errorf("step has {%s}, which stands for nothing; there are {%s}", m[1], strings.Join(r.marks(), "}, {"))
		}
	}
	if rest := mark.ReplaceAllString(r.step, ""); strings.ContainsAny(rest, "{}") {
		return fmt.Errorf("step has a brace that is not closed or not opened")
	}
	return nil
}
