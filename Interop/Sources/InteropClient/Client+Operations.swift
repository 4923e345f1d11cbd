// From the name of an operation to what does it.

import SottoCrypto
import SottoMLS

extension Client {
    /// Does one operation and gives its response message. Throws for any field left unread.
    mutating func perform(_ rpc: RPC, _ params: Fields) throws -> JSON {
        var params = params
        let before = self
        do {
            let result = try perform(rpc, &params)
            try params.finish()
            return result
        } catch {
            // What was spent of the entropy stays spent: no key is to be drawn twice.
            let entropy = entropy
            self = before
            self.entropy = entropy
            throw error
        }
    }

    private mutating func perform(_ rpc: RPC, _ params: inout Fields) throws -> JSON {
        switch rpc {
        case .name: ["name": "Sotto"]
        case .supportedCiphersuites: supportedCiphersuites
        case .createGroup: try createGroup(&params)
        case .createKeyPackage: try createKeyPackage(&params)
        case .joinGroup: try joinGroup(&params)
        case .externalJoin: try externalJoin(&params)
        case .groupInfo: try groupInfo(&params)
        case .stateAuth: try stateAuth(&params)
        case .export: try export(&params)
        case .protect: try protect(&params)
        case .unprotect: try unprotect(&params)
        case .storePSK: try storePSK(&params)
        case .addProposal: try addProposal(&params)
        case .updateProposal: try updateProposal(&params)
        case .removeProposal: try removeProposal(&params)
        case .externalPSKProposal: try externalPSKProposal(&params)
        case .resumptionPSKProposal: try resumptionPSKProposal(&params)
        case .groupContextExtensionsProposal: try groupContextExtensionsProposal(&params)
        case .commit: try commit(&params)
        case .handleCommit: try handleCommit(&params)
        case .handlePendingCommit: try handlePendingCommit(&params)
        case .reInitProposal: try reInitProposal(&params)
        case .reInitCommit: try reInitCommit(&params)
        case .handlePendingReInitCommit: try handlePendingReInitCommit(&params)
        case .handleReInitCommit: try handleReInitCommit(&params)
        case .reInitWelcome: try reInitWelcome(&params)
        case .handleReInitWelcome: try handleReInitWelcome(&params)
        case .createBranch: try createBranch(&params)
        case .handleBranch: try handleBranch(&params)
        case .newMemberAddProposal: try newMemberAddProposal(&params)
        case .createExternalSigner: try createExternalSigner(&params)
        case .addExternalSigner: try addExternalSigner(&params)
        case .externalSignerProposal: try externalSignerProposal(&params)
        case .free: try free(&params)
        }
    }

    private var supportedCiphersuites: JSON {
        ["ciphersuites": .array(CipherSuite.all.map { .number(UInt64($0.rawValue)) })]
    }

    private mutating func free(_ params: inout Fields) throws -> JSON {
        let id = try params.uint32("state_id")
        _ = try groups[existing: id, "state_id"]
        groups[id] = nil
        return [:]
    }
}
