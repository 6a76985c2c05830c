package unit

// scaledTable has the units of Grafana that differ only by their text. Each line begins with a kind of scale; entries
// id=text follow. "@+1" behind the text says that the numbers are given in thousands (or in 1024s), "@-1" in thousandths.
const scaledTable = `
steps|short=, K, Mil, Bil, Tri, Quadr, Quint, Sext, Sept|pressurepsi=psi,ksi,Mpsi
si|sishort=|candela=cd|flops=FLOPS|mflops=FLOPS@+2|gflops=FLOPS@+3|tflops=FLOPS@+4
si|pflops=FLOPS@+5|eflops=FLOPS@+6|zflops=FLOPS@+7|yflops=FLOPS@+8|decbytes=B|decbits=b
si|deckbytes=B@+1|decmbytes=B@+2|decgbytes=B@+3|dectbytes=B@+4|decpbytes=B@+5|pps=p/s
si|Bps=B/s|bps=b/s|KBs=B/s@+1|Kbits=b/s@+1|MBs=B/s@+2|Mbits=b/s@+2
si|GBs=B/s@+3|Gbits=b/s@+3|TBs=B/s@+4|Tbits=b/s@+4|PBs=B/s@+5|Pbits=b/s@+5
si|watt=W|kwatt=W@+1|megwatt=W@+2|gwatt=W@+3|mwatt=W@-1|voltamp=VA
si|kvoltamp=VA@+1|voltampreact=VAr|kvoltampreact=VAr@+1|watth=Wh|watthperkg=Wh/kg|kwatth=Wh@+1
si|kwattm=W-Min@+1|mwatth=Wh@+2|amph=Ah|kamph=Ah@+1|mamph=Ah@-1|joule=J
si|ev=eV|amp=A|kamp=A@+1|mamp=A@-1|volt=V|kvolt=V@+1
si|mvolt=V@-1|dBm=dBm|mohm=Ω@-1|ohm=Ω|kohm=Ω@+1|Mohm=Ω@+2
si|farad=F|µfarad=F@-2|nfarad=F@-3|pfarad=F@-4|ffarad=F@-5|henry=H
si|mhenry=H@-1|µhenry=H@-2|lumens=Lm|forceNm=Nm|forcekNm=Nm@+1|forceN=N
si|forcekN=N@+1|Hs=H/s|KHs=H/s@+1|MHs=H/s@+2|GHs=H/s@+3|THs=H/s@+4
si|PHs=H/s@+5|EHs=H/s@+6|massmg=g@-1|massg=g|masskg=g@+1|lengthmm=m@-1
si|lengthm=m|lengthkm=m@+1|pressurembar=bar@-1|pressurebar=bar|pressurekbar=bar@+1|pressurepa=Pa
si|radbq=Bq|radci=Ci|radgy=Gy|radrad=rad|radsv=Sv|radmsv=Sv@-1
si|radusv=Sv@-2|radrem=rem|radexpckg=C/kg|radr=R|radsvh=Sv/h|radmsvh=Sv/h@-1
si|radusvh=Sv/h@-2|rothz=Hz|rotkhz=Hz@+1|rotmhz=Hz@+2|rotghz=Hz@+3|hertz=Hz
si|mlitre=L@-1|litre=L
fixed|humidity=%H|dB=dB|pixel=px|accMS2=m/sec²|accFS2=f/sec²|accG=g
fixed|degree=°|radian=rad|grad=grad|arcmin=arcmin|arcsec=arcsec|areaM2=m²
fixed|areaF2=ft²|areaMI2=mi²|acres=ac|hectares=ha|ppm=ppm|conppb=ppb
fixed|conngm3=ng/m³|conngNm3=ng/Nm³|conμgm3=μg/m³|conμgNm3=μg/Nm³|conmgm3=mg/m³|conmgNm3=mg/Nm³
fixed|congm3=g/m³|congNm3=g/Nm³|conmgdL=mg/dL|conmmolL=mmol/L|Wm2=W/m²|flowgpm=gpm
fixed|flowcms=cms|flowcfs=cfs|flowcfm=cfm|litreh=L/h|flowlpm=L/min|flowmlpm=mL/min
fixed|lux=lux|masslb=lb|masst=t|lengthin=in|lengthft=ft|lengthmi=mi
fixed|pressurehpa=hPa|pressurekpa=kPa|pressurehg="Hg|rotrpm=rpm|rotrads=rad/s|rotdegs=°/s
fixed|celsius=°C|fahrenheit=°F|kelvin=K|velocityms=m/s|velocitykmh=km/h|velocitymph=mph
fixed|velocityknot=kn|m3=m³|Nm3=Nm³|dm3=dm³|gallons=gal
money|currencyUSD=$|currencyGBP=£|currencyEUR=€|currencyJPY=¥|currencyRUB=₽|currencyUAH=₴
money|currencyBRL=R$|currencyCZK=czk|currencyCHF=CHF|currencyPLN=PLN|currencyBTC=฿|currencymBTC=mBTC
money|currencyμBTC=μBTC|currencyZAR=R|currencyINR=₹|currencyKRW=₩|currencyIDR=Rp|currencyPHP=PHP
money|currencyMYR=RM|currencyXPF=XPF|currencyBGN=BGN|currencyPYG=₲|currencyUYU=UYU|currencyILS=₪
moneyAfter|currencyDKK=kr|currencyISK=kr|currencyNOK=kr|currencySEK=kr|currencyVND=đ|currencyTRY=₺
bin|bytes=B|bits=b|kbytes=B@+1|mbytes=B@+2|gbytes=B@+3|tbytes=B@+4
bin|pbytes=B@+5|binBps=B/s|binbps=b/s|KiBs=B/s@+1|Kibits=b/s@+1|MiBs=B/s@+2
bin|Mibits=b/s@+2|GiBs=B/s@+3|Gibits=b/s@+3|TiBs=B/s@+4|Tibits=b/s@+4|PiBs=B/s@+5
bin|Pibits=b/s@+5
count|cps=c/s|ops=ops/s|reqps=req/s|rps=rd/s|wps=wr/s|iops=io/s
count|eps=evt/s|mps=msg/s|recps=rec/s|rowsps=rows/s|cpm=c/m|opm=ops/m
count|reqpm=req/m|rpm=rd/m|wpm=wr/m|epm=evts/m|mpm=msgs/m|recpm=rec/m
count|rowspm=rows/m
fixed|farenheit=°F`
