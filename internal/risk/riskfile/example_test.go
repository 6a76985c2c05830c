package riskfile_test

import (
	"fmt"

	"macrowatch/internal/desk"
	"macrowatch/internal/risk/riskfile"
)

// A desk's own file is merged into the built-in one.
func ExampleRead() {
	text := `
limits:
  var_99_pct: 4
  stress_loss_pct: none
proxies:
  DI1F31: DI1F30
`
	file, err := riskfile.Read("risk.yaml", []byte(text), desk.BuiltInRules(), nil)
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, change := range file.Changes {
		fmt.Println(change)
	}
	// Output:
	// limits: var_99_pct 4 (built in: 7)
	// limits: stress_loss_pct none (built in: 20)
	// proxies: DI1F31 takes the returns of DI1F30
}

// A fault names its line, and says what is allowed.
func ExampleRead_faults() {
	text := `limits:
  var_99: 4
scenarios:
  - name: Bad day
    shocks:
      - {instrument: DI1F72, bp: 100}
`
	known := []desk.Instrument{{Name: "DI1F27", Kind: desk.KindYield, QuotedIn: desk.InPercent}}
	_, err := riskfile.Read("risk.yaml", []byte(text), desk.BuiltInRules(), known)
	fmt.Println(err)
	// Output:
	// risk.yaml:2:3: limits has no key "var_99"; did you mean var_99_pct?; it may have var_95_pct, var_99_pct, cvar_95_pct, max_drawdown_pct, gross_leverage, netted_leverage, asset_class_net, instrument_net, strategy_gross, stress_loss_pct, asset_classes
	// risk.yaml:6:9: no instrument is called DI1F72; there is DI1F27
}
