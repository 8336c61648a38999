#include "../pubnub_sync.h"
