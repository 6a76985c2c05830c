package grafana

import (
	"github.com/goccy/go-yaml"

	"macrowatch/internal/dashboard"
)

// database is the name of the desk's database in the compose stack.
const database = "macro_trading"

type datasourceList struct {
	APIVersion  int          `yaml:"apiVersion"`
	Datasources []datasource `yaml:"datasources"`
}

type datasource struct {
	Name           string             `yaml:"name"`
	UID            string             `yaml:"uid"`
	Type           string             `yaml:"type"`
	Access         string             `yaml:"access"`
	URL            string             `yaml:"url"`
	Database       string             `yaml:"database"`
	User           string             `yaml:"user"`
	SecureJSONData secureData         `yaml:"secureJsonData"`
	JSONData       datasourceSettings `yaml:"jsonData"`
	IsDefault      bool               `yaml:"isDefault"`
	Editable       bool               `yaml:"editable"`
}

type secureData struct {
	Password string `yaml:"password"`
}

type datasourceSettings struct {
	Database        string `yaml:"database"`
	SSLMode         string `yaml:"sslmode"`
	MaxOpenConns    int    `yaml:"maxOpenConns"`
	MaxIdleConns    any    `yaml:"maxIdleConns"`    // a number, or a variable that Grafana replaces by one
	ConnMaxLifetime int    `yaml:"connMaxLifetime"` // seconds
	PostgresVersion int    `yaml:"postgresVersion"` // 1600 is 16
	TimescaleDB     bool   `yaml:"timescaledb"`
}

// idleConns is how many connections Grafana keeps open between queries.
const idleConns = 2

// idleConnsVariable is the environment variable that sets another number. Grafana has no default values for variables, so
// the file that names the variable is in a folder of its own. The compose stack uses that folder only if the variable is
// set.
const idleConnsVariable = "GRAFANA_MAX_IDLE_CONNS"

// datasourceYAML returns the datasource that every panel names, with a number of idle connections. The password in it
// belongs to a login that can only read, on a network that only the compose stack has.
func datasourceYAML(idle any) ([]byte, error) {
	file := datasourceList{APIVersion: 1, Datasources: []datasource{{
		Name:           "TimescaleDB",
		UID:            dashboard.DatasourceUID,
		Type:           "postgres",
		Access:         "proxy",
		URL:            "timescaledb:5432",
		Database:       database,
		User:           "macro_user",
		SecureJSONData: secureData{Password: "macro_pass"},
		JSONData: datasourceSettings{
			Database: database, SSLMode: "disable",
			MaxOpenConns: 5, MaxIdleConns: idle, ConnMaxLifetime: 14400,
			PostgresVersion: 1600, TimescaleDB: true,
		},
		IsDefault: true,
		Editable:  false,
	}}}
	return marshal(file, yaml.CommentMap{
		"$.datasources[0].uid": {yaml.HeadComment(
			" The dashboards name this uid. Without it Grafana invents one and every panel stays blank.")},
		"$.datasources[0].type": {yaml.HeadComment(
			" An alias: the plugin is " + dashboard.DatasourceType + ".")},
		"$.datasources[0].user": {yaml.HeadComment(
			" Can only read the desk's tables: whoever may look at a dashboard may send any SQL.")},
		"$.datasources[0].jsonData.database": {yaml.HeadComment(
			" Grafana 11 and later read the name here.")},
		"$.datasources[0].jsonData.maxOpenConns": {yaml.HeadComment(
			" Grafana's own default is as many connections as PostgreSQL allows in all.")},
		"$.datasources[0].jsonData.maxIdleConns": {yaml.HeadComment(
			" With fewer than maxOpenConns Grafana closes connections after each burst of queries and opens",
			" new ones for the next. Where several people read, set 5 here, or "+idleConnsVariable+"=5 in the",
			" environment of the compose stack.")},
	})
}
