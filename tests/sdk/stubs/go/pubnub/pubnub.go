// Package pubnub stands in for PubNub's Go SDK; see ../../README.md.
package pubnub

import (
	"bufio"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"strings"
)

func record(parts ...string) {
	file, err := os.OpenFile(filepath.Join(os.Getenv("TMPDIR"), "calls"), os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		panic(err)
	}
	defer file.Close()
	file.WriteString(strings.Join(parts, " ") + "\n")
}

func recorded() []string {
	file, err := os.Open(filepath.Join(os.Getenv("TMPDIR"), "calls"))
	if err != nil {
		return nil
	}
	defer file.Close()
	calls := []string{}
	for lines := bufio.NewScanner(file); lines.Scan(); {
		calls = append(calls, lines.Text())
	}
	return calls
}

func text(value interface{}) string {
	written, _ := json.Marshal(value)
	return string(written)
}

type UserId string

type Config struct {
	SubscribeKey, PublishKey, Origin string
	Secure                           bool
	user                             UserId
}

func NewConfigWithUserId(user UserId) *Config            { return &Config{user: user, Secure: true} }
func (c *Config) SetPresenceTimeout(timeout int) *Config { return c }

type PNStatus struct{}

type PNMessage struct {
	Message                          interface{}
	Channel, Subscription, Publisher string
}

type PNPresence struct {
	Event, UUID, Channel, Subscription string
	Occupancy                          int
	State                              interface{}
	Join, Leave, Timeout               []string
}

type Listener struct {
	Status   chan *PNStatus
	Message  chan *PNMessage
	Presence chan *PNPresence
	Signal   chan *PNMessage
}

func NewListener() *Listener {
	return &Listener{make(chan *PNStatus), make(chan *PNMessage), make(chan *PNPresence), make(chan *PNMessage)}
}

type StatusResponse struct{}

type PubNub struct {
	config   *Config
	listener *Listener
}

func NewPubNub(config *Config) *PubNub           { return &PubNub{config: config} }
func (p *PubNub) AddListener(listener *Listener) { p.listener = listener }
func (p *PubNub) UnsubscribeAll()                { record("leave all") }

// call is any call on its way to Execute.
type call struct {
	client                     *PubNub
	channels, groups           []string
	channel, group, user       string
	presence, users, withState bool
	post                       bool
	state                      map[string]interface{}
	message                    interface{}
	query                      map[string]string
}

func (c call) names() string {
	return strings.Join(c.channels, ",") + " " + strings.Join(c.groups, ",")
}

type subscribeBuilder struct{ call }

func (p *PubNub) Subscribe() *subscribeBuilder                        { return &subscribeBuilder{call{client: p}} }
func (b *subscribeBuilder) Channels(names []string) *subscribeBuilder { b.channels = names; return b }
func (b *subscribeBuilder) ChannelGroups(names []string) *subscribeBuilder {
	b.groups = names
	return b
}
func (b *subscribeBuilder) WithPresence(with bool) *subscribeBuilder { b.presence = with; return b }
func (b *subscribeBuilder) Execute() {
	suffix := ""
	if b.presence {
		suffix = " presence"
	}
	record("subscribe", b.names()+suffix)
	listener, user := b.client.listener, string(b.client.config.user)
	go func() {
		state := map[string]interface{}{"mood": "new"}
		listener.Presence <- &PNPresence{Event: "join", UUID: user, Channel: "a", Occupancy: 1, State: state}
		listener.Presence <- &PNPresence{Event: "interval", Channel: "a", Subscription: "g", Occupancy: 30,
			Join: []string{"u1"}, Leave: []string{"u2"}, Timeout: []string{"u3"}}
		listener.Message <- &PNMessage{Message: map[string]interface{}{"text": "hi"}, Channel: "a", Publisher: "u1"}
		listener.Signal <- &PNMessage{Message: "typing", Channel: "a", Subscription: "g", Publisher: "u1"}
	}()
}

type unsubscribeBuilder struct{ call }

func (p *PubNub) Unsubscribe() *unsubscribeBuilder { return &unsubscribeBuilder{call{client: p}} }
func (b *unsubscribeBuilder) Channels(names []string) *unsubscribeBuilder {
	b.channels = names
	return b
}
func (b *unsubscribeBuilder) ChannelGroups(names []string) *unsubscribeBuilder {
	b.groups = names
	return b
}
func (b *unsubscribeBuilder) Execute() { record("leave", b.names()) }

type HereNowOccupantsData struct {
	UUID  string
	State map[string]interface{}
}

type HereNowChannelData struct {
	ChannelName string
	Occupancy   int
	Occupants   []HereNowOccupantsData
}

type HereNowResponse struct {
	TotalOccupancy int
	Channels       []HereNowChannelData
}

type hereNowBuilder struct{ call }

func (p *PubNub) HereNow() *hereNowBuilder                             { return &hereNowBuilder{call{client: p}} }
func (b *hereNowBuilder) Channels(names []string) *hereNowBuilder      { b.channels = names; return b }
func (b *hereNowBuilder) ChannelGroups(names []string) *hereNowBuilder { b.groups = names; return b }
func (b *hereNowBuilder) IncludeUUIDs(users bool) *hereNowBuilder      { b.users = users; return b }
func (b *hereNowBuilder) IncludeState(state bool) *hereNowBuilder      { b.withState = state; return b }
func (b *hereNowBuilder) QueryParam(query map[string]string) *hereNowBuilder {
	b.query = query
	return b
}
func (b *hereNowBuilder) Execute() (*HereNowResponse, StatusResponse, error) {
	record("here now", b.names(), "limit="+b.query["limit"], "offset="+b.query["offset"])
	if b.query["limit"] == "1001" {
		return nil, StatusResponse{}, errors.New("too many")
	}
	occupants := []HereNowOccupantsData{{"u1", map[string]interface{}{}}, {"u2", map[string]interface{}{"mood": "idle"}}}
	return &HereNowResponse{2, []HereNowChannelData{{"a", 2, occupants}}}, StatusResponse{}, nil
}

type WhereNowResponse struct{ Channels []string }

type whereNowBuilder struct{ call }

func (p *PubNub) WhereNow() *whereNowBuilder                 { return &whereNowBuilder{call{client: p}} }
func (b *whereNowBuilder) UUID(user string) *whereNowBuilder { b.user = user; return b }
func (b *whereNowBuilder) Execute() (*WhereNowResponse, StatusResponse, error) {
	return &WhereNowResponse{recorded()}, StatusResponse{}, nil
}

type SetStateResponse struct{ State interface{} }

type setStateBuilder struct{ call }

func (p *PubNub) SetState() *setStateBuilder                             { return &setStateBuilder{call{client: p}} }
func (b *setStateBuilder) Channels(names []string) *setStateBuilder      { b.channels = names; return b }
func (b *setStateBuilder) ChannelGroups(names []string) *setStateBuilder { b.groups = names; return b }
func (b *setStateBuilder) State(state map[string]interface{}) *setStateBuilder {
	b.state = state
	return b
}
func (b *setStateBuilder) Execute() (*SetStateResponse, StatusResponse, error) {
	record("set state", b.names(), text(b.state))
	return &SetStateResponse{b.state}, StatusResponse{}, nil
}

type GetStateResponse struct{ State map[string]interface{} }

type getStateBuilder struct{ call }

func (p *PubNub) GetState() *getStateBuilder                             { return &getStateBuilder{call{client: p}} }
func (b *getStateBuilder) Channels(names []string) *getStateBuilder      { b.channels = names; return b }
func (b *getStateBuilder) ChannelGroups(names []string) *getStateBuilder { b.groups = names; return b }
func (b *getStateBuilder) UUID(user string) *getStateBuilder             { b.user = user; return b }
func (b *getStateBuilder) Execute() (*GetStateResponse, StatusResponse, error) {
	record("get state", b.names(), b.user)
	states := map[string]interface{}{"a": map[string]interface{}{"mood": "idle"}}
	return &GetStateResponse{states}, StatusResponse{}, nil
}

type PublishResponse struct{}

type publishBuilder struct{ call }

func (p *PubNub) Publish() *publishBuilder                            { return &publishBuilder{call{client: p}} }
func (b *publishBuilder) Channel(name string) *publishBuilder         { b.channel = name; return b }
func (b *publishBuilder) Message(message interface{}) *publishBuilder { b.message = message; return b }
func (b *publishBuilder) UsePost(post bool) *publishBuilder           { b.post = post; return b }
func (b *publishBuilder) Execute() (*PublishResponse, StatusResponse, error) {
	method := "GET"
	if b.post {
		method = "POST"
	}
	record("publish", b.channel, text(b.message), method)
	return nil, StatusResponse{}, nil
}

type SignalResponse struct{}

type signalBuilder struct{ call }

func (p *PubNub) Signal() *signalBuilder                            { return &signalBuilder{call{client: p}} }
func (b *signalBuilder) Channel(name string) *signalBuilder         { b.channel = name; return b }
func (b *signalBuilder) Message(message interface{}) *signalBuilder { b.message = message; return b }
func (b *signalBuilder) Execute() (*SignalResponse, StatusResponse, error) {
	record("signal", b.channel, text(b.message))
	return nil, StatusResponse{}, nil
}

type GroupResponse struct{}

type addBuilder struct{ call }

func (p *PubNub) AddChannelToChannelGroup() *addBuilder    { return &addBuilder{call{client: p}} }
func (b *addBuilder) ChannelGroup(name string) *addBuilder { b.group = name; return b }
func (b *addBuilder) Channels(names []string) *addBuilder  { b.channels = names; return b }
func (b *addBuilder) Execute() (*GroupResponse, StatusResponse, error) {
	record("add", b.group, strings.Join(b.channels, ","))
	return nil, StatusResponse{}, nil
}

type removeBuilder struct{ call }

func (p *PubNub) RemoveChannelFromChannelGroup() *removeBuilder {
	return &removeBuilder{call{client: p}}
}
func (b *removeBuilder) ChannelGroup(name string) *removeBuilder { b.group = name; return b }
func (b *removeBuilder) Channels(names []string) *removeBuilder  { b.channels = names; return b }
func (b *removeBuilder) Execute() (*GroupResponse, StatusResponse, error) {
	record("remove", b.group, strings.Join(b.channels, ","))
	return nil, StatusResponse{}, nil
}

type AllChannelGroupResponse struct{ Channels []string }

type listBuilder struct{ call }

func (p *PubNub) ListChannelsInChannelGroup() *listBuilder   { return &listBuilder{call{client: p}} }
func (b *listBuilder) ChannelGroup(name string) *listBuilder { b.group = name; return b }
func (b *listBuilder) Execute() (*AllChannelGroupResponse, StatusResponse, error) {
	record("list", b.group)
	return &AllChannelGroupResponse{[]string{"a", "b"}}, StatusResponse{}, nil
}

type deleteBuilder struct{ call }

func (p *PubNub) DeleteChannelGroup() *deleteBuilder             { return &deleteBuilder{call{client: p}} }
func (b *deleteBuilder) ChannelGroup(name string) *deleteBuilder { b.group = name; return b }
func (b *deleteBuilder) Execute() (*GroupResponse, StatusResponse, error) {
	record("delete", b.group)
	return nil, StatusResponse{}, nil
}
