module mcpgen.local/test/oracle

go 1.25.12

require (
	github.com/docker/mcp-gateway v0.43.3
	gopkg.in/yaml.v3 v3.0.1
)
