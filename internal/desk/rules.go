package desk

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"
	_ "time/tzdata" // the desk's zone must exist on a machine without zone files too
)

// Rules are the decisions that differ from one desk to the next: its time zone, the hour at which its day
// closes, its calendar, the steps of its pipeline, and how it sorts strategies and instruments into asset classes. No
// other package decides any of this. Whoever needs one of the rules takes it from a value of this type.
type Rules struct {
	// Name is what the desk is called.
	Name string
	// Zone is the IANA name of the desk's time zone. Days, weekends and months begin and end in this zone,
	// whatever zone the database session, the browser or Grafana has.
	Zone string
	// OpeningHour is the hour of the desk's day at which people come to work.
	OpeningHour int
	// ClosingHour is the hour of the desk's day from which the prices of that day are known.
	ClosingHour int
	// StaleAfter is the age from which a run or a figure is shown as STALE. Only the hours of the days on which
	// the desk works count (Workdays).
	StaleAfter time.Duration
	// Calendar says on which days the desk does not work.
	Calendar Calendar
	// Steps are the steps of the desk's pipeline in the order in which panels list them.
	Steps []Step
	// AssetClasses are the classes in the order in which every panel shows them. OtherClass is not one of
	// them: it comes last everywhere.
	AssetClasses []string
	// CrossAssetClass is the class whose strategies trade instruments of several classes. The signal matrix
	// shows the signals of such a strategy in the classes of its instruments. It may be empty.
	CrossAssetClass string
	// StrategyClasses and InstrumentClasses give a strategy or an instrument its asset class by the prefix
	// of its name. The first rule that fits decides.
	StrategyClasses, InstrumentClasses []ClassRule
	// ClassColours are the colours of asset classes on charts, such as #00736A. A class without one gets a colour of
	// its own.
	ClassColours map[string]string
	// ClassGroups are the asset classes that stand together in a panel of the signal heatmap. A class that is in none
	// shares a panel with the next such class.
	ClassGroups [][]string
}

// ClassRule puts names that begin with one of some prefixes into an asset class.
type ClassRule struct {
	Class    string
	Prefixes []string
}

// OtherClass is the asset class of a strategy or an instrument that no rule fits. Every desk has this class.
const OtherClass = "Other"

// Validate returns what is wrong with the rules in one sentence, or nil.
func (r Rules) Validate() error {
	if err := validateName("the desk's name", r.Name); err != nil {
		return err
	}
	if _, err := time.LoadLocation(r.Zone); err != nil || r.Zone == "" || r.Zone == "Local" {
		return fmt.Errorf("zone %q is not the name of a time zone, such as America/Sao_Paulo", r.Zone)
	}
	switch {
	case r.OpeningHour < 0 || r.OpeningHour > 23:
		return fmt.Errorf("opening hour %d is not from 0 to 23", r.OpeningHour)
	case r.ClosingHour < 0 || r.ClosingHour > 23:
		return fmt.Errorf("closing hour %d is not from 0 to 23", r.ClosingHour)
	case r.StaleAfter <= 0:
		return fmt.Errorf("the age from which a run is stale, %v, is not above 0", r.StaleAfter)
	case len(r.AssetClasses) == 0:
		return errors.New("there are no asset classes")
	case r.CrossAssetClass != "" && !slices.Contains(r.AssetClasses, r.CrossAssetClass):
		return fmt.Errorf("the cross-asset class %q is not one of the asset classes", r.CrossAssetClass)
	}
	if err := r.Calendar.Validate(); err != nil {
		return err
	}
	if err := r.stepsFault(); err != nil {
		return err
	}
	for n, class := range r.AssetClasses {
		if err := validateName("asset class", class); err != nil {
			return err
		}
		if class == OtherClass || slices.Contains(r.AssetClasses[:n], class) {
			return fmt.Errorf("asset class %q is listed twice; %s is always there", class, OtherClass)
		}
	}
	if err := r.groupsFault(); err != nil {
		return err
	}
	return r.classRulesFault()
}

// groupsFault says which group of classes can't be a panel, or which colour belongs to no class.
func (r Rules) groupsFault() error {
	var before []string
	for _, group := range r.ClassGroups {
		if len(group) == 0 {
			return errors.New("a group of asset classes is empty")
		}
		for _, class := range group {
			switch {
			case !slices.Contains(r.AssetClasses, class):
				return fmt.Errorf("%q is in a group of asset classes and is not one of them", class)
			case slices.Contains(before, class):
				return fmt.Errorf("asset class %q is in two groups", class)
			}
			before = append(before, class)
		}
	}
	for class := range r.ClassColours {
		if !slices.Contains(r.AssetClasses, class) {
			return fmt.Errorf("%q has a colour and is not one of the asset classes", class)
		}
	}
	return nil
}

// classRulesFault says which prefix rule names no asset class, or can never decide.
func (r Rules) classRulesFault() error {
	for _, rules := range [][]ClassRule{r.StrategyClasses, r.InstrumentClasses} {
		var before []string
		for _, rule := range rules {
			if !slices.Contains(r.AssetClasses, rule.Class) {
				return fmt.Errorf("the prefixes %s: %q is not one of the asset classes", strings.Join(rule.Prefixes, ", "), rule.Class)
			}
			for _, prefix := range rule.Prefixes {
				if hides := slices.IndexFunc(before, func(b string) bool { return strings.HasPrefix(prefix, b) }); hides >= 0 {
					return fmt.Errorf("prefix %q of %s never decides, since %q comes before it", prefix, rule.Class, before[hides])
				}
				before = append(before, prefix)
			}
		}
	}
	return nil
}

// Location returns the desk's zone.
func (r Rules) Location() *time.Location {
	l, err := time.LoadLocation(r.Zone)
	if err != nil {
		panic("the desk's rules were not validated: " + err.Error())
	}
	return l
}

// ClassPanels returns the asset classes of each panel of the signal heatmap: those of the groups, then the other classes, two
// to a panel.
func (r Rules) ClassPanels() [][]string {
	const together = 2
	panels := slices.Clone(r.ClassGroups)
	var others []string
	for _, class := range r.AssetClasses {
		if !slices.ContainsFunc(r.ClassGroups, func(g []string) bool { return slices.Contains(g, class) }) {
			others = append(others, class)
		}
	}
	return append(panels, slices.Collect(slices.Chunk(others, together))...)
}

// EveryClass returns all asset classes in the order in which every panel shows them, OtherClass last.
func (r Rules) EveryClass() []string { return append(slices.Clone(r.AssetClasses), OtherClass) }

// StrategyClass returns the asset class of a strategy.
func (r Rules) StrategyClass(id string) string { return classByPrefix(r.StrategyClasses, id) }

// AssetClass returns the asset class of an instrument. If the instrument does not name one, the prefix of its
// name decides.
func (r Rules) AssetClass(i Instrument) string {
	if i.AssetClass != "" {
		return i.AssetClass
	}
	return classByPrefix(r.InstrumentClasses, i.Name)
}

// classByPrefix returns the class of the first rule that fits a name, OtherClass where none does.
func classByPrefix(rules []ClassRule, name string) string {
	for _, rule := range rules {
		for _, prefix := range rule.Prefixes {
			if strings.HasPrefix(name, prefix) {
				return rule.Class
			}
		}
	}
	return OtherClass
}

// OrBuiltIn returns the rules, or the built-in ones in place of the zero value.
func (r Rules) OrBuiltIn() Rules {
	if r.Zone == "" {
		return BuiltInRules()
	}
	return r
}
