// Package riskfile reads the desk's risk file: stress scenarios, limits and proxies, in YAML. It takes
// the text, not a path, and opens nothing. Every fault is told with its line and what is allowed.
//
//	scenarios:
//	  - name: Real falls by a fifth
//	    description: what it stands for            # may be left out
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
// A shock names one instrument, a prefix of names or an asset class, and moves prices by percent or
// yields by basis points (bp); the closest one counts, as package risk says.
//
// What a file leaves out is the default's. What it has is merged into it: a limit, a proxy or a scenario
// replaces the default's of the same name, and others stay. The text none switches one off: a limit, a
// class's limit, a proxy, or, in the place of its shocks, a scenario. Only replay_days is replaced whole.
package riskfile
