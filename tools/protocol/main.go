// A server of the Go SDK on stdio; with a URL and a token, a client: it lists and calls, waits for a line, and calls again.
package main

import (
	"bufio"
	"cmp"
	"context"
	"fmt"
	"net/http"
	"os"
	"time"

	"github.com/modelcontextprotocol/go-sdk/mcp"
)

type bearer string

func (token bearer) RoundTrip(request *http.Request) (*http.Response, error) {
	request.Header.Set("Authorization", "Bearer "+string(token))
	return http.DefaultTransport.RoundTrip(request)
}

func main() {
	ctx := context.Background()
	info := &mcp.Implementation{Name: "go", Version: "1"}
	if len(os.Args) > 2 {
		client(ctx, info, os.Args[1], os.Args[2])
		return
	}
	name := cmp.Or(os.Getenv("TOOL"), "pid")
	server := mcp.NewServer(info, nil)
	mcp.AddTool(server, &mcp.Tool{Name: name}, func(context.Context, *mcp.CallToolRequest, struct{}) (*mcp.CallToolResult, any, error) {
		text := &mcp.TextContent{Text: fmt.Sprint(os.Getpid())}
		return &mcp.CallToolResult{Content: []mcp.Content{text}}, nil, nil
	})
	if err := server.Run(ctx, &mcp.StdioTransport{}); err != nil {
		os.Exit(1)
	}
}

func client(ctx context.Context, info *mcp.Implementation, url, token string) {
	transport := &mcp.StreamableClientTransport{Endpoint: url, HTTPClient: &http.Client{Transport: bearer(token)}}
	session, err := mcp.NewClient(info, nil).Connect(ctx, transport, nil)
	if err != nil {
		fmt.Printf(`{"problem":%q}`+"\n", err)
		return
	}
	tools, err := session.ListTools(ctx, nil)
	call := func() bool {
		result, err := session.CallTool(ctx, &mcp.CallToolParams{Name: "pid", Arguments: map[string]any{}})
		return err == nil && !result.IsError
	}
	begun := time.Now()
	isAnswered := call()
	fmt.Printf(`{"tools":%t,"called":%t,"first":%d}`+"\n", err == nil && len(tools.Tools) > 0, isAnswered, time.Since(begun).Milliseconds())
	bufio.NewReader(os.Stdin).ReadString('\n')
	isAgain := call() || call()
	fmt.Printf(`{"again":%t}`+"\n", isAgain)
}
