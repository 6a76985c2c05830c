package boardfiles

import (
	"errors"
	"strings"
)

// The desk's database, as the dashboards name it.
const (
	sourceUID  = "timescaledb"
	sourceType = "grafana-postgresql-datasource"
)

// binding says what the references of a dashboard stand for.
type binding struct {
	// sources are the plugins of the data sources that a reference stands for, such as ${DS_DESK}.
	sources map[string]string
	// constants are the values of the other inputs of an export.
	constants map[string]string
	// room is how many bytes the values may still add to the dashboard.
	room int
}

// bindSources binds what a dashboard leaves open about its data source to the desk's database: the inputs of an export, and
// variables for data sources. Inputs with a value get it. What stands for a data source of another kind keeps its kind, so
// that its panels say that they can't show it.
func bindSources(doc object) error {
	b := &binding{sources: map[string]string{}, constants: map[string]string{}, room: mostBytes}
	inputs := objects(doc["__inputs"])
	if len(inputs) > mostOthers {
		return errors.New("it has too many inputs")
	}
	for _, in := range inputs {
		name, plugin := text(in, "name"), text(in, "pluginId")
		switch kind := text(in, "type"); {
		case name == "":
		case kind == "datasource":
			b.addSource(name, plugin)
		case kind == "constant":
			b.constants["${"+name+"}"] = text(in, "value")
		}
	}
	delete(doc, "__inputs")
	for _, v := range objects(inList(doc["templating"])) {
		if name := text(v, "name"); text(v, "type") == "datasource" && name != "" {
			b.addSource(name, text(v, "query"))
			v["type"], v["hide"] = "constant", 2.0 // there is one database, so there is nothing to choose
			v["query"] = sourceUID
		}
	}
	if len(b.sources)+len(b.constants) > 0 {
		b.fillIn(doc)
	}
	if b.room < 0 {
		return errors.New("the values of its inputs make it too large")
	}
	return nil
}

func text(o object, key string) string {
	out, _ := o[key].(string)
	return out
}

// addSource adds the ways to write a reference to a data source.
func (b *binding) addSource(name, plugin string) {
	if plugin == "" || plugin == "postgres" {
		plugin = sourceType
	}
	for _, ref := range []string{"${" + name + "}", "$" + name, "[[" + name + "]]"} {
		b.sources[ref] = plugin
	}
}

// fillIn fills in what references stand for.
func (b *binding) fillIn(v any) any {
	switch v := v.(type) {
	case string:
		for ref, value := range b.constants {
			if n := strings.Count(v, ref); n > 0 {
				if b.room -= n * len(value); b.room < 0 {
					return v
				}
				v = strings.ReplaceAll(v, ref, value)
			}
		}
		return v
	case []any:
		for i := range v {
			v[i] = b.fillIn(v[i])
		}
	case object:
		if source, ok := v["datasource"]; ok {
			v["datasource"] = b.source(source)
		}
		for key, value := range v {
			v[key] = b.fillIn(value)
		}
	}
	return v
}

// source returns the data source of a panel, a query or a variable. If it is given by a reference, it gets the uid and the
// type of what the reference stands for.
func (b *binding) source(given any) any {
	ref, isText := given.(string)
	if o, ok := given.(object); ok {
		ref, isText = text(o, "uid"), true
	}
	plugin := b.sources[ref]
	switch {
	case !isText || plugin == "":
		return given
	case plugin == sourceType:
		return object{"type": sourceType, "uid": sourceUID}
	}
	return object{"type": plugin, "uid": ref}
}
