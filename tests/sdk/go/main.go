// PubNub's official Go SDK as a foreign process: `adapter ORIGIN`. The words it understands are told in
// tests/sdk/adapter.rs.
//
// It is built in a module that requires the SDK; the version in the import is made to fit that module's.
package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"os"
	"strconv"
	"sync"

	pubnub "github.com/pubnub/go/v9"
)

// words is a line of standard input. Which belong to which `do` is for the sender to know.
type words struct {
	Do        string                 `json:"do"`
	As        string                 `json:"as"`
	User      string                 `json:"user"`
	Timeout   int                    `json:"timeout"`
	Channel   string                 `json:"channel"`
	Channels  []string               `json:"channels"`
	Group     string                 `json:"group"`
	Groups    []string               `json:"groups"`
	Presence  bool                   `json:"presence"`
	WithUsers bool                   `json:"with_users"`
	WithState bool                   `json:"with_state"`
	Limit     *int                   `json:"limit"`
	Offset    *int                   `json:"offset"`
	State     map[string]interface{} `json:"state"`
	Message   interface{}            `json:"message"`
	Post      bool                   `json:"post"`
}

type line map[string]interface{}

var printing sync.Mutex

func say(told line) {
	text, err := json.Marshal(told)
	if err != nil {
		text, _ = json.Marshal(line{"error": err.Error()})
	}
	printing.Lock()
	defer printing.Unlock()
	fmt.Printf("%s\n", text)
}

// orNothing is for a string that the SDK leaves empty where there is none.
func orNothing(text string) interface{} {
	if text == "" {
		return nil
	}
	return text
}

func orNobody(users []string) []string {
	if users == nil {
		return []string{}
	}
	return users
}

// tellEvents tells everything that one client hears.
func tellEvents(name string, listener *pubnub.Listener) {
	published := func(event string, heard *pubnub.PNMessage) {
		say(line{"event": event, "as": name, "channel": heard.Channel, "subscription": orNothing(heard.Subscription),
			"user": orNothing(heard.Publisher), "message": heard.Message})
	}
	for {
		select {
		case <-listener.Status:
		case heard := <-listener.Message:
			published("message", heard)
		case heard := <-listener.Signal:
			published("signal", heard)
		case heard := <-listener.Presence:
			say(line{"event": "presence", "as": name, "action": heard.Event, "channel": heard.Channel,
				"subscription": orNothing(heard.Subscription), "user": orNothing(heard.UUID),
				"occupancy": heard.Occupancy, "state": heard.State, "joined": orNobody(heard.Join),
				"left": orNobody(heard.Leave), "timed_out": orNobody(heard.Timeout)})
		}
	}
}

func connect(origin string, asked words) *pubnub.PubNub {
	config := pubnub.NewConfigWithUserId(pubnub.UserId(asked.User))
	config.SubscribeKey = "demo"
	config.PublishKey = "demo"
	config.Origin = origin
	config.Secure = false
	if asked.Timeout > 0 {
		config.SetPresenceTimeout(asked.Timeout)
	}
	client := pubnub.NewPubNub(config)
	listener := pubnub.NewListener()
	client.AddListener(listener)
	go tellEvents(asked.As, listener)
	return client
}

func hereNow(client *pubnub.PubNub, asked words) (interface{}, error) {
	// Older versions have no calls for these two; the service is told in any case.
	pages := map[string]string{}
	if asked.Limit != nil {
		pages["limit"] = strconv.Itoa(*asked.Limit)
	}
	if asked.Offset != nil {
		pages["offset"] = strconv.Itoa(*asked.Offset)
	}
	ask := client.HereNow().Channels(asked.Channels).ChannelGroups(asked.Groups)
	answer, _, err := ask.IncludeUUIDs(asked.WithUsers).IncludeState(asked.WithState).QueryParam(pages).Execute()
	if err != nil {
		return nil, err
	}
	channels := line{}
	for _, channel := range answer.Channels {
		users := line{}
		for _, occupant := range channel.Occupants {
			users[occupant.UUID] = nil
			// It makes an empty state of none.
			if len(occupant.State) > 0 {
				users[occupant.UUID] = occupant.State
			}
		}
		channels[channel.ChannelName] = line{"occupancy": channel.Occupancy, "users": users}
	}
	return line{"occupancy": answer.TotalOccupancy, "channels": channels}, nil
}

// does what was asked, and returns what the SDK answers.
func does(client *pubnub.PubNub, asked words) (interface{}, error) {
	switch asked.Do {
	case "subscribe":
		client.Subscribe().Channels(asked.Channels).ChannelGroups(asked.Groups).WithPresence(asked.Presence).Execute()
	case "unsubscribe":
		client.Unsubscribe().Channels(asked.Channels).ChannelGroups(asked.Groups).Execute()
	case "leave":
		client.UnsubscribeAll()
	case "here now":
		return hereNow(client, asked)
	case "where now":
		answer, _, err := client.WhereNow().UUID(asked.User).Execute()
		if err != nil {
			return nil, err
		}
		return orNobody(answer.Channels), nil
	case "set state":
		answer, _, err := client.SetState().Channels(asked.Channels).ChannelGroups(asked.Groups).State(asked.State).Execute()
		if err != nil {
			return nil, err
		}
		return answer.State, nil
	case "get state":
		answer, _, err := client.GetState().Channels(asked.Channels).ChannelGroups(asked.Groups).UUID(asked.User).Execute()
		if err != nil {
			return nil, err
		}
		return answer.State, nil
	case "publish":
		_, _, err := client.Publish().Channel(asked.Channel).Message(asked.Message).UsePost(asked.Post).Execute()
		return nil, err
	case "signal":
		_, _, err := client.Signal().Channel(asked.Channel).Message(asked.Message).Execute()
		return nil, err
	case "add to group":
		_, _, err := client.AddChannelToChannelGroup().ChannelGroup(asked.Group).Channels(asked.Channels).Execute()
		return nil, err
	case "remove from group":
		_, _, err := client.RemoveChannelFromChannelGroup().ChannelGroup(asked.Group).Channels(asked.Channels).Execute()
		return nil, err
	case "list group":
		answer, _, err := client.ListChannelsInChannelGroup().ChannelGroup(asked.Group).Execute()
		if err != nil {
			return nil, err
		}
		return orNobody(answer.Channels), nil
	case "delete group":
		_, _, err := client.DeleteChannelGroup().ChannelGroup(asked.Group).Execute()
		return nil, err
	default:
		return nil, fmt.Errorf("unknown: %q", asked.Do)
	}
	return nil, nil
}

func main() {
	origin := os.Args[1]
	clients := map[string]*pubnub.PubNub{}
	lines := bufio.NewScanner(os.Stdin)
	for lines.Scan() {
		var asked words
		if err := json.Unmarshal(lines.Bytes(), &asked); err != nil {
			say(line{"error": err.Error()})
			continue
		}
		if asked.Do == "connect" {
			clients[asked.As] = connect(origin, asked)
			say(line{"ok": nil})
			continue
		}
		answer, err := does(clients[asked.As], asked)
		if err != nil {
			say(line{"error": err.Error()})
		} else {
			say(line{"ok": answer})
		}
	}
}
