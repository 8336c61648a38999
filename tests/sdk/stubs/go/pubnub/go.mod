module github.com/pubnub/go/v9

go 1.18
