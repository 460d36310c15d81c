/*
 * What the network stack counts. Linux: include/net/snmp.h, include/uapi/linux/snmp.h; shown by /proc/net/snmp and /proc/net/netstat.
 * Simplified: one counter for all CPUs, not one of each; adding to it is one instruction.
 */
#ifndef _NET_SNMP_H
#define _NET_SNMP_H

#include <linux/types.h>

/* Of each: the enumeration's name, and the name in /proc. */
#define IPSTATS_MIBS(X) \
	X(IPSTATS_MIB_INPKTS, "InReceives") X(IPSTATS_MIB_INHDRERRORS, "InHdrErrors") X(IPSTATS_MIB_INADDRERRORS, "InAddrErrors") \
	X(IPSTATS_MIB_INUNKNOWNPROTOS, "InUnknownProtos") X(IPSTATS_MIB_INDISCARDS, "InDiscards") X(IPSTATS_MIB_INDELIVERS, "InDelivers") \
	X(IPSTATS_MIB_OUTPKTS, "OutRequests") X(IPSTATS_MIB_OUTDISCARDS, "OutDiscards") X(IPSTATS_MIB_OUTNOROUTES, "OutNoRoutes") \
	X(IPSTATS_MIB_REASMREQDS, "ReasmReqds") X(IPSTATS_MIB_REASMFAILS, "ReasmFails") X(IPSTATS_MIB_FRAGFAILS, "FragFails")

#define ICMP_MIBS(X) \
	X(ICMP_MIB_INMSGS, "InMsgs") X(ICMP_MIB_INERRORS, "InErrors") X(ICMP_MIB_CSUMERRORS, "InCsumErrors") \
	X(ICMP_MIB_INDESTUNREACHS, "InDestUnreachs") X(ICMP_MIB_INECHOS, "InEchos") X(ICMP_MIB_INECHOREPS, "InEchoReps") \
	X(ICMP_MIB_OUTMSGS, "OutMsgs") X(ICMP_MIB_OUTERRORS, "OutErrors") X(ICMP_MIB_OUTDESTUNREACHS, "OutDestUnreachs") \
	X(ICMP_MIB_OUTECHOREPS, "OutEchoReps")

#define TCP_MIBS(X) \
	X(TCP_MIB_ACTIVEOPENS, "ActiveOpens") X(TCP_MIB_PASSIVEOPENS, "PassiveOpens") X(TCP_MIB_ATTEMPTFAILS, "AttemptFails") \
	X(TCP_MIB_ESTABRESETS, "EstabResets") X(TCP_MIB_CURRESTAB, "CurrEstab") X(TCP_MIB_INSEGS, "InSegs") X(TCP_MIB_OUTSEGS, "OutSegs") \
	X(TCP_MIB_RETRANSSEGS, "RetransSegs") X(TCP_MIB_INERRS, "InErrs") X(TCP_MIB_OUTRSTS, "OutRsts") X(TCP_MIB_CSUMERRORS, "InCsumErrors")

#define UDP_MIBS(X) \
	X(UDP_MIB_INDATAGRAMS, "InDatagrams") X(UDP_MIB_NOPORTS, "NoPorts") X(UDP_MIB_INERRORS, "InErrors") X(UDP_MIB_OUTDATAGRAMS, "OutDatagrams") \
	X(UDP_MIB_RCVBUFERRORS, "RcvbufErrors") X(UDP_MIB_SNDBUFERRORS, "SndbufErrors") X(UDP_MIB_CSUMERRORS, "InCsumErrors")

#define LINUX_MIBS(X) \
	X(LINUX_MIB_LISTENOVERFLOWS, "ListenOverflows") X(LINUX_MIB_LISTENDROPS, "ListenDrops") X(LINUX_MIB_TCPREQQFULLDROP, "TCPReqQFullDrop") \
	X(LINUX_MIB_EMBRYONICRSTS, "EmbryonicRsts") X(LINUX_MIB_TIMEWAITED, "TW") X(LINUX_MIB_TCPTIMEWAITOVERFLOW, "TCPTimeWaitOverflow") \
	X(LINUX_MIB_PAWSESTABREJECTED, "PAWSEstab") X(LINUX_MIB_DELAYEDACKS, "DelayedACKs") X(LINUX_MIB_DELAYEDACKLOCKED, "DelayedACKLocked") \
	X(LINUX_MIB_DELAYEDACKLOST, "DelayedACKLost") X(LINUX_MIB_TCPHPHITS, "TCPHPHits") X(LINUX_MIB_TCPPUREACKS, "TCPPureAcks") \
	X(LINUX_MIB_TCPHPACKS, "TCPHPAcks") X(LINUX_MIB_TCPRENORECOVERY, "TCPRenoRecovery") X(LINUX_MIB_TCPRENOFAILURES, "TCPRenoFailures") \
	X(LINUX_MIB_TCPLOSSFAILURES, "TCPLossFailures") X(LINUX_MIB_TCPFASTRETRANS, "TCPFastRetrans") \
	X(LINUX_MIB_TCPSLOWSTARTRETRANS, "TCPSlowStartRetrans") X(LINUX_MIB_TCPTIMEOUTS, "TCPTimeouts") X(LINUX_MIB_TCPRCVCOALESCE, "TCPRcvCoalesce") \
	X(LINUX_MIB_TCPABORTONDATA, "TCPAbortOnData") X(LINUX_MIB_TCPABORTONCLOSE, "TCPAbortOnClose") \
	X(LINUX_MIB_TCPABORTONTIMEOUT, "TCPAbortOnTimeout") X(LINUX_MIB_TCPABORTONLINGER, "TCPAbortOnLinger") \
	X(LINUX_MIB_TCPBACKLOGDROP, "TCPBacklogDrop") X(LINUX_MIB_TCPRCVQDROP, "TCPRcvQDrop") X(LINUX_MIB_TCPRETRANSFAIL, "TCPRetransFail") \
	X(LINUX_MIB_TCPOFOQUEUE, "TCPOFOQueue") X(LINUX_MIB_TCPOFODROP, "TCPOFODrop") X(LINUX_MIB_TCPOFOMERGE, "TCPOFOMerge") \
	X(LINUX_MIB_TCPCHALLENGEACK, "TCPChallengeACK") X(LINUX_MIB_TCPSYNCHALLENGE, "TCPSYNChallenge") \
	X(LINUX_MIB_TCPFROMZEROWINDOWADV, "TCPFromZeroWindowAdv") X(LINUX_MIB_TCPTOZEROWINDOWADV, "TCPToZeroWindowAdv") \
	X(LINUX_MIB_TCPWANTZEROWINDOWADV, "TCPWantZeroWindowAdv") X(LINUX_MIB_TCPSYNRETRANS, "TCPSynRetrans") \
	X(LINUX_MIB_TCPWINPROBE, "TCPWinProbe") X(LINUX_MIB_TCPTIMEWAITRST, "TCPTimeWaitRst") X(LINUX_MIB_TCPDSACKOLDSENT, "TCPDSACKOldSent")

#define __MIB_ID(id, name)	id,
enum { IPSTATS_MIBS(__MIB_ID) __IPSTATS_MIB_MAX };
enum { ICMP_MIBS(__MIB_ID) __ICMP_MIB_MAX };
enum { TCP_MIBS(__MIB_ID) __TCP_MIB_MAX };
enum { UDP_MIBS(__MIB_ID) __UDP_MIB_MAX };
enum { LINUX_MIBS(__MIB_ID) __LINUX_MIB_MAX };

struct netns_mib {
	unsigned long ip[__IPSTATS_MIB_MAX];
	unsigned long icmp[__ICMP_MIB_MAX];
	unsigned long tcp[__TCP_MIB_MAX];
	unsigned long udp[__UDP_MIB_MAX];
	unsigned long net[__LINUX_MIB_MAX];
};

/* net/ipv4/proc.c */
extern struct netns_mib net_mib;

#define IP_INC_STATS(id)	(net_mib.ip[id]++)
#define ICMP_INC_STATS(id)	(net_mib.icmp[id]++)
#define TCP_INC_STATS(id)	(net_mib.tcp[id]++)
#define TCP_DEC_STATS(id)	(net_mib.tcp[id]--)
#define UDP_INC_STATS(id)	(net_mib.udp[id]++)
#define NET_INC_STATS(id)	(net_mib.net[id]++)
#define NET_ADD_STATS(id, n)	(net_mib.net[id] += (n))

#endif
