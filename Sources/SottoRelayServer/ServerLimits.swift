// The bounds of the shell around the relay's decisions; those of the protocol are in RelayLimits.

import NIOCore

enum ServerLimits {
    /// How long a connection may take until it has asked for something: for a PROXY header, TLS
    /// and the head of a request together.
    static let beginningMax = TimeAmount.seconds(10)
    /// The bytes of the head of a request, and of one field in it; the fields.
    static let headBytesMax = 16 << 10
    static let headFieldBytesMax = 8 << 10
    static let headFieldsMax = 64
    /// The frames of one connection in a second, over time; more are read later.
    static let framesPerSecond = 20_000
    /// How long a client is silent before it is asked whether it is there.
    static let pingAfter = TimeAmount.seconds(150)
    /// Connections the system may queue before they are accepted.
    static let backlog: Int32 = 1_024
    /// Fragments that one WebSocket message may come in.
    static let fragmentsMax = 1_024
    /// Unsent bytes above which a connection counts as slow, and below which it no longer does.
    static let unsentBytesHigh = 1 << 20
    static let unsentBytesLow = 1 << 18
    /// Bytes up to which a connection is not asked how much it holds.
    static let uncountedBytesMax = 16 << 10
    /// How often a connection that holds something is looked at again.
    static let reckoningInterval = TimeAmount.seconds(1)
    /// Bytes of requests that may wait for the writer; further ones are told to come back.
    static let waitingBytesMax = 256 << 20
    /// When they are told to come back.
    static let busyRetry = Duration.seconds(1)
    /// How long a connection that is being closed may take to read what was sent to it.
    static let closingMax = TimeAmount.seconds(5)
    /// How long draining waits for answers that are under way.
    static let drainingMax = Duration.seconds(10)
    /// How often entries and posts that are too old are looked for.
    static let sweepInterval = TimeAmount.seconds(60)
    /// Different meters, by name and labels.
    static let metersMax = 512
    /// How old the totals of the store may be when somebody asks for them.
    static let totalsAge = TimeAmount.seconds(5)
    /// How long a relay that its host tells to shut down takes to say that it will.
    static let drainDelay = TimeAmount.milliseconds(50)
    /// How often a store that could not write is tried again.
    static let probeInterval = TimeAmount.seconds(2)
    /// The bytes of a certificate chain or a private key in PEM.
    static let certificateBytesMax = 1 << 20
    /// How often the files of the certificate are looked at.
    static let certificateInterval = TimeAmount.seconds(10)
    /// How long a connection may take to ask its one question where there is only one.
    static let httpTimeout = TimeAmount.seconds(10)
    /// How long a connection waits for another request after an answer.
    static let keepAliveMax = TimeAmount.seconds(60)
    /// How often it is looked whether a request moves, and the bytes that it moves at least.
    static let progressInterval = TimeAmount.seconds(30)
    static let progressBytesMin = 4_096
    /// The threads that read and write blobs.
    static let blobThreads = 4
    /// How often files are compared with the index of blobs.
    static let blobMendInterval = TimeAmount.hours(24)
    /// When a mailbox that has uploaded as much as it may is told to ask again.
    static let allowanceRetry = Duration.seconds(24 * 60 * 60)
    /// The sessions over requests at once.
    static let pollSessionsMax = 2_000
    /// How long a request for frames waits for some.
    static let pollMax = TimeAmount.seconds(25)
    /// How long a session is kept that nothing is asked on.
    static let pollSilenceMax = TimeAmount.seconds(60)
    /// The bytes of frames in one request, and of those that wait for a client.
    static let pollBodyBytesMax = 2 << 20
    static let pollBytesMax = 4 << 20
}
