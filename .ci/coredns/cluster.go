package main

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strings"
)

// clusterIP is the address of the one service, `kubernetes` in `default`.
const clusterIP = "192.0.2.1"

// cluster is an API server that knows one service: as much of one as the plugin `kubernetes` asks for.
func cluster() *httptest.Server {
	return httptest.NewServer(http.HandlerFunc(func(answer http.ResponseWriter, request *http.Request) {
		answer.Header().Set("Content-Type", "application/json")
		if request.URL.Query().Get("watch") != "" {
			// Nothing ever changes.
			answer.(http.Flusher).Flush()
			<-request.Context().Done()
			return
		}
		var kind, version string
		items := []any{}
		switch {
		case strings.HasSuffix(request.URL.Path, "/services"):
			kind, version = "ServiceList", "v1"
			items = append(items, map[string]any{
				"metadata": map[string]any{"name": "kubernetes", "namespace": "default", "resourceVersion": "1"},
				"spec": map[string]any{
					"clusterIP": clusterIP, "clusterIPs": []string{clusterIP}, "type": "ClusterIP",
					"ports": []any{map[string]any{"name": "https", "port": 443, "protocol": "TCP"}},
				},
			})
		case strings.HasSuffix(request.URL.Path, "/namespaces"):
			kind, version = "NamespaceList", "v1"
			items = append(items, map[string]any{"metadata": map[string]any{"name": "default", "resourceVersion": "1"}})
		case strings.HasSuffix(request.URL.Path, "/endpointslices"):
			kind, version = "EndpointSliceList", "discovery.k8s.io/v1"
		case strings.HasSuffix(request.URL.Path, "/pods"):
			kind, version = "PodList", "v1"
		default:
			http.NotFound(answer, request)
			return
		}
		json.NewEncoder(answer).Encode(map[string]any{
			"kind": kind, "apiVersion": version, "metadata": map[string]any{"resourceVersion": "1"}, "items": items,
		})
	}))
}
