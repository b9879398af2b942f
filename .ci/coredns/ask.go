package main

import (
	"bytes"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/coredns/caddy/caddyfile"
	"github.com/miekg/dns"
)

// patience is how long a right answer may take: the plugin `kubernetes` reads the cluster first, and what CoreDNS says
// until then is kept for some seconds.
const patience = 20 * time.Second

// question is a name with what must be answered: addresses, none for a name without any of the family, or no name.
type question struct {
	name      string
	kind      uint16
	addresses []string
	missing   bool
}

// ask starts CoreDNS with a Corefile and asks it; it says how many questions there were.
func ask(text string) (int, error) {
	upstreams := upstreams{addresses: map[string]string{}}
	defer upstreams.stop()
	cluster := cluster()
	defer cluster.Close()
	port := freePort()
	local, err := onLoopback(text, port, cluster.URL, &upstreams)
	if err != nil {
		return 0, err
	}
	questions, err := questionsOf(text, &upstreams)
	if err != nil {
		return 0, err
	}
	folder, err := os.MkdirTemp("", "coredns")
	if err != nil {
		return 0, err
	}
	defer os.RemoveAll(folder)
	path := filepath.Join(folder, "Corefile")
	if err := os.WriteFile(path, []byte(local), 0o600); err != nil {
		return 0, err
	}
	var said bytes.Buffer
	server := exec.Command(os.Args[0], "-conf", path)
	server.Stdout, server.Stderr = &said, &said
	if err := server.Start(); err != nil {
		return 0, err
	}
	ended := make(chan error, 1)
	go func() { ended <- server.Wait() }()
	var wrong []error
	for _, question := range questions {
		if err := question.put(net.JoinHostPort("127.0.0.1", port), ended); err != nil {
			wrong = append(wrong, err)
		}
	}
	select {
	case <-ended:
		wrong = append(wrong, errors.New("CoreDNS ended by itself"))
	default:
		server.Process.Kill()
		<-ended
	}
	if len(wrong) > 0 {
		wrong = append(wrong, fmt.Errorf("of this Corefile\n%sCoreDNS says\n%s", local, said.String()))
	}
	return len(questions), errors.Join(wrong...)
}

// put asks until the answer is right, or for too long.
func (question question) put(server string, ended chan error) error {
	client := dns.Client{Timeout: 2 * time.Second}
	message := new(dns.Msg)
	message.SetQuestion(question.name, question.kind)
	var wrong error
	for begun := time.Now(); time.Since(begun) < patience; time.Sleep(100 * time.Millisecond) {
		if len(ended) > 0 {
			break
		}
		answer, _, err := client.Exchange(message, server)
		if err == nil {
			err = question.judge(answer)
		}
		if err == nil {
			return nil
		}
		wrong = err
	}
	return fmt.Errorf("%s %s: %v", question.name, dns.TypeToString[question.kind], wrong)
}

func (question question) judge(answer *dns.Msg) error {
	expected := dns.RcodeSuccess
	if question.missing {
		expected = dns.RcodeNameError
	}
	if answer.Rcode != expected {
		return fmt.Errorf("%s, and not %s", dns.RcodeToString[answer.Rcode], dns.RcodeToString[expected])
	}
	var found []string
	for _, record := range answer.Answer {
		switch record := record.(type) {
		case *dns.A:
			found = append(found, record.A.String())
		case *dns.AAAA:
			found = append(found, record.AAAA.String())
		}
	}
	wanted := slices.Clone(question.addresses)
	slices.Sort(found)
	slices.Sort(wanted)
	if !slices.Equal(found, wanted) {
		return fmt.Errorf("%v, and not %v", found, wanted)
	}
	return nil
}

// questionsOf makes questions of what a Corefile says, block by block.
func questionsOf(text string, upstreams *upstreams) ([]question, error) {
	blocks, err := caddyfile.Parse("Corefile", strings.NewReader(text), nil)
	if err != nil {
		return nil, err
	}
	var questions []question
	for _, block := range blocks {
		known := recordsOf(block)
		for name, addresses := range known {
			for _, kind := range []uint16{dns.TypeA, dns.TypeAAAA} {
				questions = append(questions, question{name: name, kind: kind, addresses: ofKind(addresses, kind)})
			}
		}
		first, has := firstUpstream(block)
		for _, key := range block.Keys {
			zone := zoneOf(key)
			// A wildcard of the zone itself answers for all its names.
			if _, all := known[anyName+zone]; !all && has {
				name := "hnet-nothing." + strings.TrimPrefix(zone, ".")
				for _, kind := range []uint16{dns.TypeA, dns.TypeAAAA} {
					questions = append(questions, question{name: name, kind: kind, addresses: ofKind(upstreams.answers(first), kind)})
				}
			}
		}
		if tokens := block.Tokens["kubernetes"]; len(tokens) > 1 {
			domain := "default.svc." + dns.Fqdn(tokens[1].Text)
			questions = append(questions,
				question{name: "kubernetes." + domain, kind: dns.TypeA, addresses: []string{clusterIP}},
				question{name: "hnet-nothing." + domain, kind: dns.TypeA, missing: true})
		}
	}
	return questions, nil
}

func zoneOf(key string) string {
	host, _, err := net.SplitHostPort(key)
	if err != nil {
		host = key
	}
	return dns.Fqdn(host)
}

// anyName stands for what a wildcard is asked for.
const anyName = "hnet-any."

// recordsOf are the names that a block answers itself, as `hosts` and as the templates that hnet writes.
func recordsOf(block caddyfile.ServerBlock) map[string][]string {
	known := map[string][]string{}
	for _, line := range lines(block.Tokens["hosts"]) {
		if net.ParseIP(line[0]) == nil {
			continue
		}
		for _, name := range line[1:] {
			known[dns.Fqdn(name)] = append(known[dns.Fqdn(name)], line[0])
		}
	}
	var name string
	for _, line := range lines(block.Tokens["template"]) {
		switch {
		case line[0] == "match":
			name = strings.NewReplacer("^.+[.]", anyName, "^", "", "[.]", ".", "$", "").Replace(line[1])
			if _, is := known[name]; !is {
				known[name] = nil
			}
		case line[0] == "answer":
			words := strings.Fields(line[1])
			known[name] = append(known[name], words[len(words)-1])
		}
	}
	return known
}

func firstUpstream(block caddyfile.ServerBlock) (string, bool) {
	for _, line := range lines(block.Tokens["forward"]) {
		if line[0] == "forward" && len(line) > 2 {
			return line[2], true
		}
	}
	return "", false
}

// lines are the words of tokens that stand on a line each.
func lines(tokens []caddyfile.Token) [][]string {
	var lines [][]string
	last := -1
	for _, token := range tokens {
		if token.Line != last {
			lines = append(lines, nil)
			last = token.Line
		}
		lines[len(lines)-1] = append(lines[len(lines)-1], token.Text)
	}
	return lines
}

func ofKind(addresses []string, kind uint16) []string {
	var found []string
	for _, address := range addresses {
		if (net.ParseIP(address).To4() != nil) == (kind == dns.TypeA) {
			found = append(found, net.ParseIP(address).String())
		}
	}
	return found
}
