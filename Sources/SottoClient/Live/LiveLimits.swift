// The bounds of what a running client keeps in memory and how often it looks.

/// Limits of a running client.
enum LiveLimits {
    /// How many events wait for a slow reader; then the oldest are dropped.
    static let eventsBufferedMax = 1_024
    /// How many messages' last told states are remembered.
    static let statesRememberedMax = 4_096
    /// How many deliveries wait to be taken in before the link is not read.
    static let deliveriesWaitingMax = 128
    /// How many entries the relay may send ahead.
    static let credit = 64
    /// How often other processes' writes are looked for while somebody wants to know.
    static let attentivePoll = Duration.milliseconds(100)
    /// How often they are looked for otherwise.
    static let idlePoll = Duration.milliseconds(500)
    /// How often the receiver's lease is renewed or tried for.
    static let receiverRenewal = Duration.seconds(1)
    /// How many attempts to connect fail before a one-shot call says that the relay is not there.
    static let attemptsOfOneShot = 3
    /// How long a connection must have served until the next wait to connect is short again.
    static let steadyAfter = Duration.seconds(10)
    /// The longest wait to connect that a relay may ask for; it may ask again.
    static let relayWaitMax = Duration.seconds(600)
}
