package risk

import (
	"reflect"
	"testing"
)

// If a limit were in Limits but not in LimitKinds, no risk file could set it and nothing would check it.
func TestEveryLimitIsOfOneKind(t *testing.T) {
	t.Parallel()
	var l Limits
	fields := map[any]string{}
	for _, f := range reflect.VisibleFields(reflect.TypeFor[Limits]()) {
		if field, is := reflect.ValueOf(&l).Elem().FieldByIndex(f.Index).Addr().Interface().(**float64); is {
			fields[field] = f.Name
		}
	}
	keys := map[string]bool{}
	for _, kind := range LimitKinds() {
		if fields[kind.Of(&l)] == "" {
			t.Errorf("%s is the key of no field, or of one that has another key too", kind.Key)
		}
		if delete(fields, kind.Of(&l)); keys[kind.Key] {
			t.Errorf("%s is the key of two kinds", kind.Key)
		}
		keys[kind.Key] = true
		if kind.uses == nil {
			t.Errorf("%s is held against nothing", kind.Key)
		}
	}
	for _, name := range fields {
		t.Errorf("Limits.%s is not in LimitKinds", name)
	}
}
