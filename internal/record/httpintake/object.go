package httpintake

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"reflect"
	"strings"
	"time"
)

// longestRunBody bounds the body of a call for one run.
const longestRunBody = 1 << 20

// readObject reads one JSON object into the struct that into points to. Like the rows, the object may have only the
// fields of the struct, each once and with its exact name.
func readObject(b *Body, into any) error {
	from, err := b.Open()
	if err != nil {
		return err
	}
	defer from.Close()
	text, err := io.ReadAll(io.LimitReader(from, longestRunBody+1))
	if err != nil {
		return err
	}
	if len(text) > longestRunBody {
		return tooLarge(longestRunBody)
	}
	d := json.NewDecoder(bytes.NewReader(bytes.TrimPrefix(text, []byte(byteOrderMark))))
	start, err := d.Token()
	switch {
	case errors.Is(err, io.EOF):
		return refusef(http.StatusBadRequest, "Nothing was written: the body is empty; send a JSON object.")
	case err != nil:
		return notAnObject(err)
	case start != json.Delim('{'):
		return refusef(http.StatusBadRequest, "Nothing was written: the body is not a JSON object, and this call takes one.")
	}
	if err := readFields(d, into); err != nil {
		return err
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return refusef(http.StatusBadRequest, "Nothing was written: something follows the JSON object.")
	}
	return nil
}

func notAnObject(err error) error {
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		return refusef(http.StatusBadRequest, "Nothing was written: the JSON object is not complete.")
	}
	return refusef(http.StatusBadRequest, "Nothing was written: the body is not valid JSON: %v.", err)
}

// readFields reads the fields of an object, and its end.
func readFields(d *json.Decoder, into any) error {
	names, expected := fieldsOf(into)
	seen := map[string]bool{}
	for d.More() {
		key, err := d.Token()
		if err != nil {
			return notAnObject(err)
		}
		name, _ := key.(string) // the decoder takes nothing else for a key
		var value json.RawMessage
		if err := d.Decode(&value); err != nil {
			return notAnObject(err)
		}
		switch {
		case expected[name] == "":
			return badField(shortened(name, 200), "", "is not a field; allowed are "+strings.Join(names, ", "))
		case seen[name]:
			return badField(name, string(value), "is given twice")
		}
		seen[name] = true
		one, err := json.Marshal(map[string]json.RawMessage{name: value})
		if err != nil {
			return notAnObject(err)
		}
		if json.Unmarshal(one, into) != nil {
			return badField(name, strings.Trim(string(value), `"`), "is not "+expected[name])
		}
	}
	if _, err := d.Token(); err != nil {
		return notAnObject(err)
	}
	return nil
}

// fieldsOf returns the names of the fields in JSON of the struct that into points to, and what is expected of each.
func fieldsOf(into any) (names []string, expected map[string]string) {
	expected = map[string]string{}
	form := reflect.TypeOf(into).Elem()
	for i := range form.NumField() {
		field := form.Field(i)
		name, _, _ := strings.Cut(field.Tag.Get("json"), ",")
		names = append(names, name)
		switch field.Type {
		case reflect.TypeFor[*time.Time]():
			expected[name] = "a time with its zone, such as 2026-01-31T06:00:00-03:00"
		case reflect.TypeFor[*float64]():
			expected[name] = "a finite number"
		default:
			expected[name] = "a text"
		}
	}
	return names, expected
}
