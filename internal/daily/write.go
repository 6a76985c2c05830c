package daily

import (
	"bytes"
	"crypto/sha256"
	_ "embed" // for the template and the style sheet
	"encoding/base64"
	"errors"
	"fmt"
	"html/template"
	"io"
	"io/fs"
	"math"
	"strings"

	"macrowatch/internal/risk/riskrun"
)

//go:embed pages.html
var pagesTemplate string

//go:embed pages.css
var pagesStyle string

// Write writes the two pages of a day as an HTML file that names nothing outside itself and runs no script. The argument
// `page` is the viewer's built page, whose typeface the file holds, so that its lines break in the same places everywhere.
func Write(w io.Writer, page fs.FS, d Day) error {
	p := pagesOf(d)
	font, err := onlyFile(page, "assets/ibm-plex-sans-*.woff2")
	if err != nil {
		return err
	}
	licences, err := onlyFile(page, "assets/licences-*.txt")
	if err != nil {
		return err
	}
	p.Style = strings.Replace(pagesStyle, "__FONT__", base64.StdEncoding.EncodeToString(font), 1)
	sum := sha256.Sum256([]byte(p.Style))
	p.Policy = "default-src 'none'; style-src 'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) + "'; font-src data:; base-uri 'none'; form-action 'none'"
	if strings.Contains(strings.ToLower(string(licences)), "</script") {
		return errors.New("the licences of the built page can't stand in a script element")
	}
	p.Licences = template.HTML(licences)
	t, err := template.New("pages").Funcs(template.FuncMap{
		"style":   func(s string) template.HTML { return template.HTML("<style>" + s + "</style>") }, // the text is the program's own
		"pct":     func(v float64) string { return number{v, true}.signed() },
		"length":  func(v float64) string { return fmt.Sprintf("%.1f", v) },
		"weight":  func(p riskrun.PartPnL) string { return number{100 * p.NetWeight, true}.signed() },
		"down":    math.Signbit,
		"left":    func(length float64) string { return fmt.Sprintf("%.1f", 100-length) },
		"plain":   number.plain,
		"tested":  testedText,
		"text":    number.percent,
		"sign":    number.signed,
		"percent": func(n number) string { return fixed(100*n.Value, 0) + " %" },
		"lower":   strings.ToLower,
	}).Parse(pagesTemplate)
	if err != nil {
		return fmt.Errorf("read the template of the pages: %w", err)
	}
	var b bytes.Buffer
	if err := t.Execute(&b, p); err != nil {
		return fmt.Errorf("write the pages: %w", err)
	}
	_, err = w.Write(b.Bytes())
	return err
}

// onlyFile returns the only file of the built page whose name fits a pattern.
func onlyFile(page fs.FS, pattern string) ([]byte, error) {
	names, err := fs.Glob(page, pattern)
	if err != nil {
		return nil, err
	}
	if len(names) != 1 {
		return nil, fmt.Errorf("the built page has %d files like %s, and not one", len(names), pattern)
	}
	return fs.ReadFile(page, names[0])
}
