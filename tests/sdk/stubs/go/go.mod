module standin

go 1.18

require github.com/pubnub/go/v9 v9.0.0

replace github.com/pubnub/go/v9 => ./pubnub
