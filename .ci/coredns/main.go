// Command coredns starts CoreDNS with each Corefile that is written in built folders, on loopback, and asks it for
// names: those of its records, one beside them, one of the rest of the world and one of the cluster. Who is asked
// further is a server of this program, for each upstream another one, and the cluster an API that knows one service.
// One line a problem; status 1 if there are any, or no Corefile.
package main

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"

	"github.com/coredns/coredns/coremain"
	"gopkg.in/yaml.v3"

	_ "github.com/coredns/coredns/plugin/bind"
	_ "github.com/coredns/coredns/plugin/cache"
	_ "github.com/coredns/coredns/plugin/errors"
	_ "github.com/coredns/coredns/plugin/forward"
	_ "github.com/coredns/coredns/plugin/health"
	_ "github.com/coredns/coredns/plugin/hosts"
	_ "github.com/coredns/coredns/plugin/kubernetes"
	_ "github.com/coredns/coredns/plugin/loadbalance"
	_ "github.com/coredns/coredns/plugin/log"
	_ "github.com/coredns/coredns/plugin/loop"
	_ "github.com/coredns/coredns/plugin/metrics"
	_ "github.com/coredns/coredns/plugin/ready"
	_ "github.com/coredns/coredns/plugin/reload"
	_ "github.com/coredns/coredns/plugin/rewrite"
	_ "github.com/coredns/coredns/plugin/template"
)

// k3s is what k3s starts its CoreDNS with, as far as it matters here; it imports the files of zones behind it.
const k3s = `.:53 {
    errors
    health
    ready
    kubernetes cluster.local in-addr.arpa ip6.arpa {
        pods insecure
        fallthrough in-addr.arpa ip6.arpa
    }
    prometheus :9153
    cache 30
    loop
    reload
    loadbalance
    forward . /etc/resolv.conf
}
`

var problems int

func problem(path string, err error) {
	problems++
	fmt.Printf("%s: %v\n", path, err)
}

func main() {
	// This program starts itself again to be CoreDNS.
	if len(os.Args) > 1 && os.Args[1] == "-conf" {
		coremain.Run()
		return
	}
	corefiles, questions := 0, 0
	for _, out := range os.Args[1:] {
		path := filepath.Join(out, "infrastructure", "networking", "coredns", "config-map.yaml")
		text, err := corefile(path)
		if os.IsNotExist(err) {
			continue
		}
		if err == nil && imports.MatchString(text) {
			fmt.Printf("%s: left out, since it imports a file of the user's\n", path)
			continue
		}
		corefiles++
		if err != nil {
			problem(path, err)
			continue
		}
		asked, err := ask(text)
		questions += asked
		if err != nil {
			problem(path, err)
		}
	}
	fmt.Printf("%d Corefiles, %d questions, %d problems\n", corefiles, questions, problems)
	if problems > 0 || questions == 0 {
		os.Exit(1)
	}
}

var imports = regexp.MustCompile(`(?m)^\s*import\s`)

var placeholder = regexp.MustCompile(`\$\{[A-Za-z0-9_]+\}`)

// corefile is what CoreDNS reads of a written ConfigMap.
func corefile(path string) (string, error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return "", err
	}
	var object struct{ Data map[string]string }
	if err := yaml.Unmarshal(text, &object); err != nil {
		return "", err
	}
	whole, is := object.Data["Corefile"]
	if !is {
		whole = k3s
		for _, zone := range object.Data {
			whole += strings.TrimRight(zone, "\n") + "\n"
		}
	}
	// What is filled in later is an address.
	return placeholder.ReplaceAllString(whole, "192.0.2.77"), nil
}
