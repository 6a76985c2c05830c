// Package riskfile reads the desk's risk file, a YAML file with stress scenarios, limits and proxies. It
// takes the text, not a path, and opens nothing. It reports every fault with its line and what is
// allowed.
//
//	scenarios:
//	  - name: Real falls by a fifth
//	    description: why the desk looks at it            # may be left out
//	    shocks:
//	      - {prefix: USDBRL, percent: 25, source: assumed}
//	      - {instrument: DI1F27, bp: 150}          # source may be left out
//	      - {asset_class: Sovereign, bp: 100}
//	replay_days: [1, 10]                           # the worst stretches of the history
//	limits:
//	  var_99_pct: 7
//	  asset_class_net: 3                           # multiples of NAV
//	  asset_classes: {FX: 2}
//	proxies:
//	  DI1F31: DI1F30
//
// A shock names one instrument, a prefix of names or an asset class. It moves prices by percent or
// yields by basis points (bp). If several shocks fit an instrument, the closest one counts, as package
// risk says.
//
// The file is merged into the default file. A limit, a proxy or a scenario replaces the default's of the same
// name. Everything that the file leaves out stays as in the default. The text "none" switches an entry off:
// as the value of a limit, of a class's limit or of a proxy, or in the place of a scenario's shocks. The list
// replay_days is replaced as a whole.
package riskfile
