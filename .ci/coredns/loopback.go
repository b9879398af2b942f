package main

import (
	"fmt"
	"net"
	"strings"

	"github.com/miekg/dns"
)

// onLoopback is a Corefile whose servers listen on one port of loopback and ask only what this program serves.
func onLoopback(text, port, cluster string, upstreams *upstreams) (string, error) {
	var local strings.Builder
	depth := 0
	for _, line := range strings.Split(text, "\n") {
		words := strings.Fields(line)
		if len(words) == 0 || strings.HasPrefix(words[0], "#") {
			continue
		}
		opens := words[len(words)-1] == "{"
		inside := []string{}
		switch {
		case depth == 0 && opens:
			for at, key := range words[:len(words)-1] {
				words[at] = strings.TrimSuffix(zoneOf(strings.TrimSuffix(key, ",")), ".") + ":" + port
				if words[at][0] == ':' {
					words[at] = "." + words[at]
				}
			}
			inside = append(inside, "bind 127.0.0.1")
		case depth == 1 && (words[0] == "health" || words[0] == "ready" || words[0] == "prometheus"):
			if len(words) > 1 && words[1] != "{" {
				words = append(words[:1], words[2:]...)
			}
			words = append([]string{words[0], "127.0.0.1:" + freePort()}, words[1:]...)
		case depth == 1 && words[0] == "forward":
			for at, word := range words {
				if at < 2 || word == "{" {
					continue
				}
				address, err := upstreams.address(word)
				if err != nil {
					return "", err
				}
				words[at] = address
			}
		case depth == 1 && words[0] == "kubernetes":
			if !opens {
				words = append(words, "{")
				inside = append(inside, "endpoint "+cluster, "}")
			} else {
				inside = append(inside, "endpoint "+cluster)
			}
		}
		fmt.Fprintln(&local, strings.Join(words, " "))
		for _, line := range inside {
			fmt.Fprintln(&local, line)
		}
		if opens {
			depth++
		}
		if words[0] == "}" {
			depth--
		}
	}
	return local.String(), nil
}

// upstreams are servers on loopback, one for each that a Corefile asks, each with addresses of its own.
type upstreams struct {
	addresses map[string]string
	order     []string
	servers   []*dns.Server
}

// answers are the addresses that the server in the place of one says of every name.
func (upstreams *upstreams) answers(upstream string) []string {
	for at, own := range upstreams.order {
		if own == upstream {
			return []string{fmt.Sprintf("198.51.100.%d", at+1), fmt.Sprintf("2001:db8::%x", at+1)}
		}
	}
	return nil
}

// address is where the server in the place of one listens; it is started the first time.
func (upstreams *upstreams) address(upstream string) (string, error) {
	if address, is := upstreams.addresses[upstream]; is {
		return address, nil
	}
	upstreams.order = append(upstreams.order, upstream)
	own := upstreams.answers(upstream)
	handler := dns.HandlerFunc(func(writer dns.ResponseWriter, request *dns.Msg) {
		reply := new(dns.Msg)
		reply.SetReply(request)
		header := dns.RR_Header{Name: request.Question[0].Name, Rrtype: request.Question[0].Qtype, Class: dns.ClassINET, Ttl: 1}
		switch request.Question[0].Qtype {
		case dns.TypeA:
			reply.Answer = append(reply.Answer, &dns.A{Hdr: header, A: net.ParseIP(own[0])})
		case dns.TypeAAAA:
			reply.Answer = append(reply.Answer, &dns.AAAA{Hdr: header, AAAA: net.ParseIP(own[1])})
		}
		writer.WriteMsg(reply)
	})
	socket, err := net.ListenPacket("udp", "127.0.0.1:0")
	if err != nil {
		return "", err
	}
	server := &dns.Server{PacketConn: socket, Handler: handler}
	go server.ActivateAndServe()
	upstreams.servers = append(upstreams.servers, server)
	upstreams.addresses[upstream] = socket.LocalAddr().String()
	return upstreams.addresses[upstream], nil
}

func (upstreams *upstreams) stop() {
	for _, server := range upstreams.servers {
		server.Shutdown()
	}
}

// freePort is a port of loopback that nobody listens on.
func freePort() string {
	socket, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return "0"
	}
	defer socket.Close()
	_, port, _ := net.SplitHostPort(socket.Addr().String())
	return port
}
