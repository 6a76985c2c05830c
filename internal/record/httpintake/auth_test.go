package httpintake_test

import "encoding/base64"

// basic returns a name and a password as HTTP basic authentication sends them.
func basic(name, password string) string {
	return base64.StdEncoding.EncodeToString([]byte(name + ":" + password))
}
