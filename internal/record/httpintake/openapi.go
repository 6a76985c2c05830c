package httpintake

import (
	"encoding/json"
	"fmt"
	"net/http"
	"reflect"
	"regexp"
	"strconv"
	"strings"

	"github.com/danielgtaylor/huma/v2"
)

// DescriptionPath is the path of the API's description.
const DescriptionPath = "/api/openapi.json"

// Description describes an operation in the API's description (OpenAPI 3.1). The schemas follow from Go types.
type Description struct {
	Summary string
	// Body has the type of the body; nil means that the body is a text, which may be empty.
	Body any
	// Rows says that the body may also be an array of such objects, or an object on each line.
	Rows bool
	// Example is a body that is accepted; nil if there is none.
	Example any
	// Result has the type of the answer, and Statuses its statuses; none means 200.
	Result   any
	Statuses []int
	// Parameters are those of the query. Those of the path follow from it.
	Parameters []Parameter
}

// Parameter is a parameter of a query.
type Parameter struct {
	Name, Meaning string
	Type          string   // such as "string"
	Values        []string // the values that are allowed; none means all of the type
}

// date is a day. It has no zone.
type date string

// Schema is for the library that makes schemas from types.
func (date) Schema(huma.Registry) *huma.Schema {
	return &huma.Schema{Type: huma.TypeString, Format: "date"}
}

// describe returns the API's description as JSON.
func (in *Intake) describe() ([]byte, error) {
	schemas := huma.NewMapRegistry("#/components/schemas/", huma.DefaultSchemaNamer)
	document := &huma.OpenAPI{
		OpenAPI: "3.1.0",
		Info: &huma.Info{Title: "macrowatch: HTTP intake", Version: "1",
			Description: "Takes rows and runs from programs that have a token. A request is taken as a whole or not at all, and is answered after it is stored. " +
				"A number may also be written as a text, and a time in the other forms that macrowatch import takes."},
		Components: &huma.Components{Schemas: schemas, SecuritySchemes: map[string]*huma.SecurityScheme{
			"token":    {Type: "http", Scheme: "bearer", Description: "A token of macrowatch token create."},
			"password": {Type: "http", Scheme: "basic", Description: "The token as the password, with any name."},
		}},
		Security: []map[string][]string{{"token": {}}, {"password": {}}},
	}
	if in.cfg.BasePath != "" {
		document.Servers = []*huma.Server{{URL: in.cfg.BasePath}}
	}
	refused := schemaOf(schemas, refusedJSON{})
	for _, o := range in.operations {
		for _, method := range o.Methods {
			document.AddOperation(o.described(schemas, method, refused))
		}
	}
	return json.Marshal(document)
}

// schemaOf returns a reference to the schema of a value's type.
func schemaOf(schemas huma.Registry, of any) *huma.Schema {
	t := reflect.TypeOf(of)
	return schemas.Schema(t, true, t.Name())
}

// pathParameters finds the parameters of a path.
var pathParameters = regexp.MustCompile(`\{(\w+)\}`)

// described returns the description of an operation with one of its methods.
func (o Operation) described(schemas huma.Registry, method string, refused *huma.Schema) *huma.Operation {
	out := &huma.Operation{
		OperationID: o.Name, Method: method, Path: o.Path, Summary: o.Description.Summary, Tags: []string{o.Kind},
		Responses: map[string]*huma.Response{},
	}
	if len(o.Methods) > 1 {
		out.OperationID = o.Name + "-" + strings.ToLower(method)
	}
	for _, found := range pathParameters.FindAllStringSubmatch(o.Path, -1) {
		out.Parameters = append(out.Parameters, &huma.Param{Name: found[1], In: "path", Required: true, Schema: &huma.Schema{Type: huma.TypeString}})
	}
	for _, p := range o.Description.Parameters {
		schema := &huma.Schema{Type: p.Type}
		for _, value := range p.Values {
			schema.Enum = append(schema.Enum, value)
		}
		out.Parameters = append(out.Parameters, &huma.Param{Name: p.Name, In: "query", Description: p.Meaning, Schema: schema})
	}
	longest := longestKey
	out.Parameters = append(out.Parameters, &huma.Param{Name: "Idempotency-Key", In: "header", Schema: &huma.Schema{Type: huma.TypeString, MaxLength: &longest},
		Description: "The same key with the same request gets the first answer again, for a day."})
	if method == http.MethodPost {
		out.RequestBody = o.describedBody(schemas)
	}
	statuses := o.Description.Statuses
	if len(statuses) == 0 {
		statuses = []int{http.StatusOK}
	}
	for _, status := range statuses {
		out.Responses[strconv.Itoa(status)] = answerOf(status, schemaOf(schemas, o.Description.Result))
	}
	for _, status := range refusals() {
		out.Responses[strconv.Itoa(status)] = answerOf(status, refused)
	}
	return out
}

// refusals are the statuses with which every operation may refuse a request.
func refusals() []int {
	return []int{http.StatusBadRequest, http.StatusUnauthorized, http.StatusForbidden, http.StatusNotFound, http.StatusRequestTimeout, http.StatusConflict,
		http.StatusRequestEntityTooLarge, http.StatusUnsupportedMediaType, http.StatusUnprocessableEntity, http.StatusTooManyRequests, http.StatusServiceUnavailable}
}

func answerOf(status int, schema *huma.Schema) *huma.Response {
	return &huma.Response{Description: http.StatusText(status), Content: map[string]*huma.MediaType{typeJSON: {Schema: schema}}}
}

// describedBody returns the description of an operation's body.
func (o Operation) describedBody(schemas huma.Registry) *huma.RequestBody {
	d := o.Description
	if d.Body == nil {
		return &huma.RequestBody{Content: map[string]*huma.MediaType{"text/plain": {Schema: &huma.Schema{Type: huma.TypeString}}}}
	}
	object := schemaOf(schemas, d.Body)
	body := &huma.RequestBody{Required: true, Content: map[string]*huma.MediaType{typeJSON: {Schema: object, Example: d.Example}}}
	if d.Rows {
		array := &huma.Schema{Type: huma.TypeArray, Items: object}
		body.Content[typeJSON].Schema = &huma.Schema{OneOf: []*huma.Schema{object, array}}
		body.Content[typeNDJSON] = &huma.MediaType{Schema: &huma.Schema{Type: huma.TypeString, Description: "A JSON object on each line."}}
	}
	return body
}

// serveDescription answers with the API's description. It needs no token.
func (in *Intake) serveDescription() (http.Handler, error) {
	text, err := in.describe()
	if err != nil {
		return nil, fmt.Errorf("describe the HTTP intake: %w", err)
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method != http.MethodGet && r.Method != http.MethodHead {
			w.Header().Set("Allow", "GET, HEAD")
			refusef(http.StatusMethodNotAllowed, "%s is not allowed here; allowed are GET and HEAD", r.Method).write(w)
			return
		}
		writeAnswer(w, http.StatusOK, string(text))
	}), nil
}
